import pytest

from layers.catalogue.categories import categories
from layers.catalogue.name_rules import name_rules, not_open
from layers.study.model import OwnNameRule


@pytest.mark.parametrize(
    ("filed", "name", "category"),
    [
        ("health_centre", "东风社区卫生服务站", "health_station"),
        ("health_centre", "东风街道社区卫生服务中心柳林社区卫生服务站", "health_station"),
        ("clinic", "东风街道社区卫生服务中心", "health_centre"),
        ("health_centre", "东风街道社区卫生服务中心(柳林分中心)", None),
        ("health_centre", "东风街道社区卫生服务中心预防接种门诊", "hospital_part"),
        ("hospital", "东风市第一人民医院", None),
        ("hospital", "东风市第一人民医院(西院)", None),
        ("hospital", "东风市第一人民医院挂号处", "hospital_part"),
        ("hospital", "东风市第一人民医院3号楼", "hospital_part"),
        ("hospital", "东风市第一人民医院-儿科", "hospital_part"),
        ("hospital", "东风市眼科医院", None),
        ("hospital", "柳林宠物医院", "veterinary"),
        ("clinic", "柳林综合门诊部", "outpatient_clinic"),
        ("clinic", "柳林口腔门诊部", None),
        ("clinic", "柳林医疗美容门诊部", "cosmetic_clinic"),
        ("kindergarten", "柳林托儿所", "nursery"),
        ("kindergarten", "聪明豆早教中心", "training"),
        ("kindergarten", "柳林幼儿园", None),
        ("middle_school", "东风高级中学", "senior_school"),
        ("middle_school", "东风初级中学", None),
        ("primary_school", "东风小学(南2门)", "school_part"),
        ("restaurant", "牛奶棚(柳林店)", "bakery"),
        ("restaurant", "柳林社区食堂", "community_canteen"),
        ("cinema", "柳林私人影院", "entertainment"),
        ("sports_hall", "柳林健身苑点", "outdoor_fitness"),
        ("pharmacy", "宠物药房", None),
    ],
)
def test_what_a_name_says(filed: str, name: str, category: str | None) -> None:
    assert categories().find_rule(filed, name) == category


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("购物服务;综合市场;小商品市场", "shop"),
        ("购物服务;综合市场;农副产品市场", "market"),
        ("科教文化服务;学校;学校内部设施", "school_part"),
        ("体育休闲服务;运动场馆;户外健身场所", "outdoor_fitness"),
    ],
)
def test_paths_that_misled(path: str, category: str) -> None:
    assert categories().find_amap(path) == category


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("柳林食堂（装修中）", "building"),
        ("柳林食堂(暂停营业)", "closed"),
        ("柳林食堂(东风店)(暂停营业)", "closed"),
        ("柳林站 在建", "building"),
        ("东风路5号（建设中）", "building"),
        ("柳林食堂装修中", "building"),
        ("(规划)25号线", "planned"),
        ("(在建)14号线;8号线", None),
        ("(在建)14号线;(规划)19号线", "building"),
        ("(停运)752路;138路", None),
        ("建设中路12号", None),
        ("在建材市场", None),
        ("城市规划展示馆", None),
        ("柳林大戏院旧址", "closed"),
        ("", None),
    ],
)
def test_what_is_not_open(text: str, state: str | None) -> None:
    assert not_open(text) == state


def test_every_rule_names_categories_that_exist() -> None:
    known = categories().by_id
    assert [
        rule for rule in name_rules() if rule.category not in known or not rule.over <= known.keys()
    ] == []


def test_a_rule_of_the_study_comes_first() -> None:
    own = OwnNameRule(category="training", words=("柳林",), over=("hospital",))
    known = categories().with_rules([own])
    assert known.find_rule("hospital", "柳林医院挂号处") == "training"
    assert known.find_rule("clinic", "柳林") is None
