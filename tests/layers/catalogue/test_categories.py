import pytest

from layers.catalogue.categories import categories, reader
from layers.catalogue.headers import plain_header
from layers.catalogue.vocabulary import vocabulary
from layers.study.model import OwnCategory


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("医疗保健服务;综合医院;三级甲等医院", "hospital"),
        ("医疗保健服务;综合医院;卫生院", "health_centre"),
        ("医疗保健服务;诊所;诊所", "clinic"),
        ("医疗保健服务;动物医疗场所;宠物诊所", "veterinary"),
        ("科教文化服务;学校;幼儿园", "kindergarten"),
        ("科教文化服务;学校;小学", "primary_school"),
        ("住宿服务;宾馆酒店;四星级宾馆|餐饮服务;糕饼店;糕饼店", "bakery"),
        ("餐饮服务;中餐厅;火锅店", "restaurant"),
        ("交通设施服务;地铁站;地铁站", "metro_station"),
        ("火星服务;火星店", None),
    ],
)
def test_amap_paths(path: str, category: str | None) -> None:
    assert categories().find_amap(path) == category


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"amenity": "veterinary"}, "veterinary"),
        ({"amenity": "doctors"}, "clinic"),
        ({"shop": "supermarket", "building": "yes"}, "supermarket"),
        ({"shop": "erotic"}, "shop"),
        ({"amenity": "bench;pharmacy"}, "pharmacy"),
        ({"barrier": "gate"}, None),
        ({"amenity": "school", "isced:level": "1"}, "primary_school"),
        ({"isced:level": "1;2", "amenity": "school"}, "school"),
        ({"amenity": "school", "school": "primary"}, "primary_school"),
        ({"amenity": "social_facility", "social_facility": "nursing_home"}, "nursing_home"),
        ({"building": "apartments", "shop": "bakery"}, "bakery"),
        ({"leisure": "swimming_pool"}, "private_ground"),
        ({"leisure": "swimming_pool", "access": "yes"}, "sports_hall"),
        ({"leisure": "garden", "access": "private", "name": "Jardin"}, "private_ground"),
        ({"leisure": "pitch", "access": "private"}, "private_ground"),
        ({"leisure": "pitch"}, "small_sports_ground"),
        ({"railway": "tram_stop"}, "bus_stop"),
        ({"railway": "subway_entrance"}, "metro_entrance"),
        ({"railway": "station", "station": "subway"}, "metro_station"),
        ({"railway": "station"}, "railway_station"),
        ({"office": "government", "government": "ministry"}, "government_office"),
        ({"amenity": "public_bookcase"}, "other_place"),
        ({"shop": "vacant"}, "closed_place"),
    ],
)
def test_osm_tags(tags: dict[str, str], category: str | None) -> None:
    assert categories().find_osm(tags) == category


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("街道图书馆", "library"),
        ("社区卫生服务站（东区）", "health_station"),
        ("早教中心", "training"),
        ("高中", "senior_school"),
    ],
)
def test_words_of_offices(word: str, category: str) -> None:
    assert categories().find_name(word) == category


def test_every_tag_stands_under_one_category_and_a_known_key() -> None:
    rows = [(tag, c.id) for c in categories().by_id.values() for tag in c.osm]
    assert len({tag for tag, _ in rows}) == len(rows)


def test_every_word_means_one_category() -> None:
    meant: dict[str, set[str]] = {}
    for category in categories().by_id.values():
        for name in (category.id, *category.name, *category.names):
            meant.setdefault(plain_header(name), set()).add(category.id)
    assert {name: ids for name, ids in meant.items() if len(ids) > 1} == {}


def test_ministry_lists_hold_what_was_published() -> None:
    listed = {
        which: [c for c in categories().by_id.values() if c.ministry == which]
        for which in ("basic", "quality")
    }
    basic = {category.name.zh for category in listed["basic"]}
    assert {"便利店", "综合超市", "菜市场", "生鲜超市", "早餐店", "洗染店", "药店"} <= basic
    assert {category.id for category in listed["quality"]} >= {
        "gym",
        "bakery",
        "pet_service",
    }


def test_own_words_win_and_own_categories_are_added() -> None:
    own = OwnCategory(
        id="charging_hub", zh="换电柜", en="battery hub", names=("换电",), amap=("汽车服务;换电",)
    )
    known = categories().with_own([own])
    assert known.find_name("换电柜") == "charging_hub"
    assert known.find_amap("汽车服务;换电;x") == "charging_hub"
    assert categories().find_name("换电柜") == "charging"


def test_own_translation_of_a_piece_of_a_path() -> None:
    read = reader(categories(), "auto", {"口腔医院": "dentist"})
    assert read("医疗保健服务;专科医院;口腔医院") == "dentist"
    assert read("医疗保健服务;专科医院;骨科医院") == "hospital"
    assert read("amenity=pharmacy;name=x") == "pharmacy"


def test_nearest_categories_are_named() -> None:
    assert "kindergarten" in categories().nearest("幼儿园所")


def test_catalogues_of_functions() -> None:
    functions = vocabulary("function")
    catalogues = [term.catalogues for term in functions.terms.values()]
    assert sum("4+5" in each for each in catalogues) == 9
    assert sum("7+3" in each for each in catalogues) == 7
    assert functions.find("政务服务") == "government"


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("长者助餐点", "community_canteen"),
        ("助残驿站", "social_facility"),
        ("职工之家", "workers_home"),
        ("街道综合养老服务中心", "elderly_care"),
        ("社区老年活动室", "elderly_activity"),
        ("长者照护之家", "elderly_home"),
        ("社区学校", "community_school"),
        ("城运中心", "grid_centre"),
        ("零工驿站", "employment_station"),
        ("人大代表联络站", "community_room"),
        ("应急避难场所", "emergency_shelter"),
        ("“一网通办”自助终端", "self_service_point"),
        ("智慧健康小屋", "other_health"),
        ("司机之家", "rest_stop"),
        ("妇女儿童之家", "womens_home"),
    ],
)
def test_more_words_of_offices(word, category):
    assert categories().find_name(word) == category


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"disused:shop": "bakery"}, "closed_place"),
        ({"disused:shop": "bakery", "amenity": "cafe"}, "cafe"),
        ({"amenity": "vending_machine", "vending": "parcel_pickup"}, "parcel_point"),
        ({"public_transport": "station", "subway": "yes"}, "metro_station"),
        ({"amenity": "ferry_terminal"}, "ferry_terminal"),
    ],
)
def test_tags_together(tags, category):
    assert categories().find_osm(tags) == category
