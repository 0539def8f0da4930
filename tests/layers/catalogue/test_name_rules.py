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
        ("hospital", "东风大学医学院教学医院", "hospital_part"),
        ("hospital", "东风市放射诊断质量控制中心", "hospital_part"),
        ("hospital", "东风市第一人民医院资产管理部", "hospital_part"),
        ("hospital", "东风市第一人民医院分部", None),
        ("hospital", "东风市第一人民医院南院8", "hospital_part"),
        ("hospital", "东风市第一人民医院-推拿科", "hospital_part"),
        ("hospital", "柳家正骨", "wellness"),
        ("hospital", "柳林眼科", "clinic"),
        ("disease_control", "东风市口腔病防治院", "hospital"),
        ("clinic", "东风市眼病防治中心-门诊", "hospital_part"),
        ("health_centre", "东风社区卫生服务中心柳林站点", "health_station"),
        ("health_centre", "柳林居委会红十字服务站", "social_facility"),
        ("university", "东风区老年大学", "community_school"),
        ("school", "东风社区学校", "community_school"),
        ("cafe", "柳林社区酒店", "lodging"),
        ("restaurant", "柳林 cafe & bike", "cafe"),
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
        ("柳林政府旧址(公交站)", None),
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


PLACES = (
    "柳林", "东风", "槐荫", "望河", "石桥", "青枫", "云栖", "南塘", "白鹭", "长堤", "杏园", "鹤鸣",
)  # fmt: skip
"""Made-up places; each misleading kind below is tried with every one of them."""


@pytest.mark.parametrize(
    ("path", "templates", "category"),
    [
        (
            "医疗保健服务;综合医院;卫生院",
            (
                "{}社区卫生服务站",
                "{}卫生服务站(东区)",
                "{}社区卫生服务中心二村服务站",
                "{}卫生室",
                "{}村卫生站",
            ),
            "health_station",
        ),
        (
            "医疗保健服务;诊所;诊所",
            ("{}门诊部", "{}中医门诊部", "{}综合门诊部(新村店)", "{}儿科门诊部", "{}眼科门诊部"),
            "outpatient_clinic",
        ),
        (
            "医疗保健服务;综合医院;综合医院",
            ("{}医院挂号处", "{}医院3号楼", "{}人民医院体检部", "{}医院-儿科", "{}中心医院门诊部"),
            "hospital_part",
        ),
        (
            "科教文化服务;学校;幼儿园",
            ("{}早教中心", "{}亲子园", "{}围棋", "{}成长中心", "{}宝宝(新村店)"),
            "training",
        ),
        (
            "科教文化服务;学校;中学",
            ("{}高级中学", "{}第二高级中学", "{}高中", "{}职业技术学校", "民办{}高级中学(东校区)"),
            "senior_school",
        ),
        (
            "餐饮服务;餐饮相关场所;餐饮相关",
            ("{}牛奶棚", "{}面包房", "{}西点房(新村店)", "{}蛋糕店", "{}饼家"),
            "bakery",
        ),
        (
            "购物服务;综合市场;小商品市场",
            ("{}小商品市场", "{}商城", "{}市场", "{}小百货", "{}小商品城(东门)"),
            "shop",
        ),
        (
            "科教文化服务;学校;学校内部设施",
            ("{}小学操场", "{}中学食堂", "{}学校教学楼", "{}大学体育馆", "{}学院3号楼"),
            "school_part",
        ),
        (
            "体育休闲服务;运动场馆;户外健身场所",
            ("{}健身苑点", "{}健身广场", "{}公园健身点", "{}户外健身场", "{}步道"),
            "outdoor_fitness",
        ),
        (
            "医疗保健服务;专科医院;专科医院",
            ("{}健康体检", "{}体检中心", "{}妇幼保健所", "{}高端体检中心(新村店)", "{}心理咨询"),
            "other_health",
        ),
        (
            "餐饮服务;外国餐厅;其它亚洲菜",
            ("{}自助餐厅", "{}酒店自助餐厅", "{}海鲜自助餐", "{}自助餐(新村店)", "{}自助餐馆"),
            "restaurant",
        ),
    ],
)
def test_sixty_made_up_names_of_a_kind_that_misleads(
    path: str, templates: tuple[str, ...], category: str
) -> None:
    known = categories()
    filed = known.find_amap(path)
    assert filed is not None
    names = [template.format(place) for place in PLACES for template in templates]
    taken = {name: known.find_rule(filed, name) or filed for name in names}
    assert len(taken) == 60
    assert {name: found for name, found in taken.items() if found != category} == {}


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"amenity": "school", "isced:level": "1"}, "primary_school"),
        ({"amenity": "school", "isced:level": "2"}, "middle_school"),
        ({"amenity": "school", "isced:level": "3"}, "senior_school"),
        ({"amenity": "school", "school": "primary"}, "primary_school"),
        ({"amenity": "school", "school": "dance"}, "training"),
        ({"amenity": "social_facility", "social_facility": "nursing_home"}, "nursing_home"),
        ({"leisure": "swimming_pool"}, "private_ground"),
        ({"leisure": "swimming_pool", "access": "yes"}, "sports_hall"),
        ({"leisure": "pitch", "access": "private", "sport": "tennis"}, "private_ground"),
        ({"leisure": "garden"}, "private_ground"),
        ({"railway": "tram_stop", "public_transport": "stop_position"}, "bus_stop"),
        ({"railway": "subway_entrance"}, "metro_entrance"),
        ({"office": "government", "government": "ministry"}, "government_office"),
        ({"amenity": "public_bookcase"}, "other_place"),
        ({"shop": "vacant", "building": "retail"}, "closed_place"),
        ({"building": "apartments", "shop": "bakery"}, "bakery"),
        ({"building": "apartments", "shop": "supermarket"}, "supermarket"),
        ({"shop": "tea"}, "shop"),
        ({"shop": "tailor"}, "repair"),
        ({"emergency": "lifeguard"}, "other_place"),
    ],
)
def test_tag_sets_that_mislead_in_any_order_and_with_other_tags(tags: dict[str, str], category: str) -> None:
    known = categories()
    more = {"addr:city": "Vesimaa", "wheelchair": "yes", "opening_hours": "24/7", "level": "0"}
    turned = [dict(reversed(tags.items())), tags | more, more | tags]
    assert [known.find_osm(each) for each in (tags, *turned)] == [category] * 4


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("退役军人服务站", "veterans_station"),
        ("新时代文明实践站", "civic_practice_station"),
        ("老年食堂", "community_canteen"),
        ("托育机构", "nursery"),
        ("养老驿站", "elderly_care"),
        ("户外职工爱心接力站", "rest_stop"),
        ("洗衣房", "laundry"),
        ("微心愿", "wish"),
    ],
)
def test_words_of_offices_with_a_level_or_a_bracket(word: str, category: str) -> None:
    known = categories()
    written = [word, f"社区级{word}", f"街道{word}", f"{word}（东风路）", f"{word}(12处)", f" {word} "]
    assert [known.find_name(each) for each in written] == [category] * 6


@pytest.mark.parametrize(
    ("filed", "name", "category"),
    [
        ("bank", "Suomen Pankki", "other_place"),
        ("police_station", "Fourrière de Rivemont", "other_place"),
        ("school", "Collège de Rivemont", "middle_school"),
        ("kindergarten", "柳林幼儿园附属托儿所", "nursery"),
        ("kindergarten", "柳林幼儿园暨托儿所", None),
        ("veterinary", "柳林宠物美容", "pet_service"),
        ("veterinary", "柳林宠物医院美容部", None),
        ("hospital", "柳林医疗急救中心东风分站", "emergency_centre"),
        ("clinic", "柳林种植牙医院", "hospital"),
        ("restaurant", "柳林社区食堂自助餐", "community_canteen"),
        ("clinic", "柳林街道社区党建服务中心", "station"),
    ],
)
def test_kinds_found_by_judging_samples(filed: str, name: str, category: str | None) -> None:
    found = categories().find_rule(filed, name)
    assert (found or filed) == (category or filed)
