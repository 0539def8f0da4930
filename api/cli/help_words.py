"""Help of the commands in Chinese: each English sentence with its translation, and the words around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

HEADINGS: Final = (
    ("Usage: ", "用法："),
    ("Options:", "选项："),
    ("Arguments:", "参数："),
    ("Commands:", "命令："),
    ("Show this message and exit.", "显示本帮助并退出。"),
    ("[required]", "[必填]"),
    ("[default: ", "[默认："),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
)

CHINESE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Who reaches which service within 15 minutes, who does not, and why.":
            "谁能在 15 分钟内到达哪类设施，谁不能，原因何在。",
        "With every command: --language zh or en, for help and messages; else that of the system.":
            "各命令均可加 --language zh 或 en，指定帮助和提示的语言；不填则随系统。",
        "Run the demo study on real streets of Helsinki and say where the results are.":
            "用赫尔辛基的真实路网运行示例项目，并告知成果位置。",
        "Where to put the demo study.": "示例项目的存放位置。",
        "Say nothing while working.": "运行过程中不输出信息。",
        "Make a study that runs, of a place's name, a box, or a local extract.":
            "按地名、范围或本地路网文件新建一个可直接运行的项目。",
        "Where to put the study; must be empty or not there yet.": "项目的存放位置，须为空文件夹或尚不存在。",
        "A place's name, such as '嘉定工业区，上海'.": "地名，例如“嘉定工业区，上海”。",
        "West,south,east,north in degrees.": "西、南、东、北四至，单位为度，用半角逗号分隔。",
        "A local extract; with --place or --bbox that part is cut out.":
            "本地路网文件；与 --place 或 --bbox 同用时只截取该部分。",
        "Such as http://proxy.example:3128.": "例如 http://proxy.example:3128。",
        "Find out which coordinate system a layer is really in, with the evidence; converts nothing.":
            "判断图层实际采用的坐标系并列出依据；不作任何转换。",
        "The file to look at, or STUDY:LAYER for one of a study.": "待查的文件，或以 STUDY:LAYER 指明项目中的图层。",
        "An OpenStreetMap extract of the same place; the study's if left out.":
            "同一地点的 OpenStreetMap 路网文件；不填则用项目的路网。",
        "Boundaries known to be right, for layers of polygons.": "已知正确的边界，用于核对面图层。",
        "The system those are in.": "该边界的坐标系。",
        "What the study says the layer is in.": "项目为该图层声明的坐标系。",
        "Sheet of a workbook, by name or number.": "工作簿中的工作表，按名称或序号。",
        "Row of the headers, from 1.": "表头所在行，从 1 起。",
        "Headers: lon=...,lat=... or coordinates=... or geometry=...":
            "表头：lon=...,lat=... 或 coordinates=... 或 geometry=...",
        "Read and check a study and its layers: every fault, printed and as check.html and check.xlsx.":
            "读取并检查项目及其图层：列出全部问题，并写入 check.html 和 check.xlsx。",
        "The study's folder, or its study.toml.": "项目文件夹，或其中的 study.toml。",
        "A check.xlsx with answers on its sheet of questions: they go to study.fixed.toml.":
            "已在问题表中填好答复的 check.xlsx：答复写入 study.fixed.toml。",
        "Run a study: write map, tables and the record of the run into its out folder.":
            "运行项目：将地图、表格和运行记录写入 out 文件夹。",
        "A change to run the study with: what opens, closes or moves.": "变化文件：新增、关闭或迁移哪些设施。",
        "Write only the map of a study.": "只生成项目的地图。",
        "Write the report of a run as a Word document, every number from its workbook.":
            "生成 Word 评估报告，数字均取自评估表。",
        "A folder of results, or the study it belongs to.": "成果文件夹，或其所属项目。",
        "The office's own .docx with {{names}}; that of the study where left out.":
            "本单位的 .docx 模板（含 {{名称}}）；不填则用项目所设模板。",
        "Print a sheet of the map of a run as PDF, by a browser of this machine without a window.":
            "用本机浏览器在后台将地图打印成 PDF 图纸。",
        "a3 or a4, landscape.": "a3 或 a4，横向。",
        "Id of the category shown; what the map opens with where left out.":
            "所示设施类别的标识；不填则与地图初始显示相同。",
        "Minutes; those the service is asked for.": "分钟数；不填则用该类设施的要求。",
        "Id of the case shown.": "所示情景的标识。",
        "A small map of each service instead.": "改为每类设施一幅小图。",
        "Of the PDF; sheet.pdf beside the map where left out.": "PDF 的位置；不填则为地图旁的 sheet.pdf。",
        "Chromium, Chrome or Edge, where it is not found by itself.":
            "Chromium、Chrome 或 Edge 的位置，未能自动找到时填写。",
        "A folder of results, a plan or a comparison, or the study it belongs to.": "成果、方案或比较的文件夹，或其所属项目。",
        "File for a line a request.": "请求日志文件，每次请求一行。",
        "File of hashed keys; only who has one is answered.": "密钥散列文件；仅应答持有密钥者。",
        "File of keys that `lifecircle serve --key` takes.": "供 `lifecircle serve --key` 使用的密钥文件。",
        "Further studies, served under /studies/NAME.": "其他项目，在 /studies/名称 下提供。",
        "Listen beyond this machine without keys.": "不设密钥而对本机以外开放。",
        "Make a key, show it once, and add its hash to a file.": "生成密钥，只显示一次，并将其散列写入文件。",
        "Name the service is called by; may be given several times.": "服务的主机名；可多次填写。",
        "Processes that answer from one run.": "基于同一次运行提供应答的进程数。",
        "Requests a minute.": "每分钟请求数。",
        "Run studies, then serve their maps and their API over HTTP until stopped.": "运行各项目，随后以 HTTP 提供地图和接口，直至停止。",
        "Show no progress.": "不显示进度。",
        "The study's folder or its study.toml.": '项目文件夹，或其中的 study.toml。',
        "Web page that may ask (CORS); may be given several times.": "允许访问的网页来源（CORS）；可多次填写。",
        "What it may: map, read (layers and places), site (siting, jobs).": "权限：map（地图）、read（图层与设施）、site（布点与任务）。",
        "Where the map is published, for the codes: https://example.cn/map.html.": "地图的发布地址，用于二维码：https://example.cn/map.html。",
        "Where to write; the folder export in the results if left out.": "写入位置；不填则为成果中的 export 文件夹。",
        "Whose key it is, one word.": "密钥归谁使用，一个词。",
        "Write the guide of every station, a page each: guides.html, and guides.pdf where Chromium is there.": "为每个服务站点生成一页指引：guides.html；有 Chromium 时另有 guides.pdf。",
        "Write the layers of results as shapefiles with Chinese words, or as a DXF drawing.": "将成果图层写成中文字段的 Shapefile，或 DXF 图形。",
        "shapefile or dxf; give it twice for both.": "shapefile 或 dxf；两者都要则填两次。",
        "Draw connected grids of much the same load along streets, as a layer, and say how even they are.":
            "沿道路划分连片且负荷相近的网格，输出为图层，并说明均衡程度。",
        "How many grids.": "网格数目。",
        "Staff to share out over the grids.": "分配到各网格的工作人员数。",
        "What is to be even.": "以何者为均衡对象。",
        "Address to listen on; 0.0.0.0 opens it to the network.": "监听地址；0.0.0.0 表示对网络开放。",
        "Port to listen on; 0 takes a free one.": "监听端口；0 表示自动选择空闲端口。",
        "Say where the next sites go, with a proof: workbook, map, layers and a change file.":
            "给出新增点位及其最优性证明：表格、地图、图层和变化文件。",
        "Ask a [[site]] of the study, or that of a .toml file the map saved; options replace its keys.":
            "采用项目中的某个 [[site]]，或地图保存的 .toml 文件；其余选项替换其中的键。",
        "Write into out/siting/NAME; the question's name, or plan.":
            "写入 out/siting/名称；不填则用该问题的名称，或 plan。",
        "Replace a plan of this name without asking.": "直接替换同名方案，不再询问。",
        "A change file that comes first: what opens, closes or moves.": "先行生效的变化文件：新增、关闭或迁移哪些设施。",
        "most new sites": "最多新增点位数",
        "share of the people to be covered, such as 95%": "需覆盖的人口比例，例如 95%",
        "most money for new sites, in the unit of the candidates' cost": "新增点位的预算上限，单位与备选点位的造价相同",
        "minutes within which people are covered; the study's 15, or its longest below, where left out":
            "在多少分钟内算已覆盖；不填则为项目的 15 分钟，没有则取不超过它的最长一档",
        "category of the service, such as clinic; needed where a study has several":
            "设施类别，例如 clinic；项目含多类时必填",
        "cover: fewest sites for the share; people: most people covered; minutes: least total travel time; "
        "worst: least longest travel time; cover where a share is given, else people":
            "cover：以最少点位达到比例；people：覆盖人口最多；minutes：总出行时间最少；worst：最长出行时间最短；"
            "给出比例时默认 cover，否则 people",
        "parts of the study among which the plan is fair: grid cells, areas or groups":
            "在哪些单元之间求公平：网格、片区或人群",
        "worst: the worst covered part is helped first, then the second worst; gini: the least Gini "
        "coefficient of coverage among plans that give up no more than give_up":
            "worst：先改善覆盖最差的单元，再改善次差的；gini：在覆盖损失不超过 give_up 的方案中基尼系数最小",
        "share of the best coverage that fair_by = gini may cost, such as 5%":
            "fair_by = gini 时允许损失的最优覆盖比例，例如 5%",
        "least share of the people of each grid cell to be covered: one for all, or by id or name (id=80%)":
            "每个网格至少覆盖的人口比例：统一一个值，或按标识或名称（id=80%）",
        "the same for each area": "同上，按片区",
        "the same for each group of people": "同上，按人群",
        "what a person of a group counts in the goal (elderly=2); others count 1":
            "目标中某人群每人的权重（elderly=2），其余为 1",
        "the same for people within (in) or outside (out) the working hours":
            "同上，按 8 小时内（in）或 8 小时外（out）的人口",
        "limits: a site serves no more people than its capacity, that of candidates and of facilities; a "
        "candidate without one has no limit, a facility whose layer limits and that does not say its own "
        "serves nobody":
            "limits：点位服务人数不超过其容量，备选点位与现有设施相同；备选点位未填容量则不限，"
            "所在图层限容而自身未填的设施不服务任何人",
        "sites in reach that a person needs to be covered (2: one as a backup)":
            "每人可达几处才算已覆盖（2：其中一处备用）",
        "people count the less the longer their way: exp(-t²/2s²) or 2^(-t/s) within the minutes":
            "路程越长权重越小：在限时内按 exp(-t²/2s²) 或 2^(-t/s)",
        "s of the decay; a third of the minutes where left out": "衰减函数的 s；不填则为分钟数的三分之一",
        "exactly so many of the sites of today are closed": "恰好关闭多少处现有点位",
        "sites of today that must be closed, by id or name; they count among those closed or moved; repeatable":
            "必须关闭的现有点位，按标识或名称；计入关闭或迁移数；可重复填写",
        "sites of today of which those closed or moved are chosen, by id or name; all that are not kept where "
        "left out; repeatable":
            "从哪些现有点位中选择关闭或迁移，按标识或名称；不填则为全部未保留的点位；可重复填写",
        "so many of the sites of today are moved: closed, and as many more are opened":
            "迁移多少处现有点位：关闭后另行新增同样数目",
        "least open sites in each area (grid cell where there are no areas)": "每个片区（没有片区时为网格）至少开放几处",
        "least open sites in each area for 1,000 of its people": "每个片区每千人至少开放几处",
        "true: where not every area can have its sites, as many as can be are filled first; false: there is no "
        "plan then":
            "true：不能满足每个片区时，先尽量满足；false：此时无方案",
        "several categories planned together; a candidate offers those it names, all where it names none; "
        "repeatable":
            "多类设施一并布点；备选点位提供其所列类别，未列则全部提供；可重复填写",
        "layers whose places compete: whoever has one as near or nearer is not won; repeatable":
            "构成竞争的图层：已有同样近或更近者的人口不计入；可重复填写",
        "cases of the study that one plan is to suit, by id; the first; repeatable":
            "一个方案需兼顾的情景，按标识；不填则为第一个；可重复填写",
        "what each case counts in the sum over cases (evening=2); others count 1":
            "各情景在合计中的权重（evening=2），其余为 1",
        "over several cases: the best weighted sum, or the worst case as good as can be; goal = worst is the "
        "longest way in any case, whichever is asked for":
            "多个情景之间：加权合计最优，或使最差情景尽量好；goal = worst 时均取各情景中的最长出行时间",
        "new sites each year, such as 2, 1, 1: which are first; floors and sites of areas are asked of the end; "
        "repeatable":
            "每年新增数目，例如 2, 1, 1：确定先后；下限与片区数目按期末要求；可重复填写",
        "money each year, as phases; what is left goes to the next year; repeatable":
            "每年预算，与 phases 同序；结余转入下一年；可重复填写",
        "source of candidates: the study's layer, all street junctions, or a grid; the layer where there is one, "
        "else junctions":
            "备选点位来源：项目图层、全部道路交叉口或格网；有图层则用图层，否则用交叉口",
        "areas or grid cells (id or name) in which candidates may lie; repeatable":
            "备选点位所在的片区或网格（标识或名称）；可重复填写",
        "metres between candidates on a grid": "格网备选点位的间距（米）",
        "candidates that must be chosen, and sites of today that must not be closed, by id or name; repeatable":
            "必须选中的备选点位，以及不得关闭的现有点位，按标识或名称；可重复填写",
        "candidates that must not be chosen, by id or name; repeatable": "不得选中的备选点位，按标识或名称；可重复填写",
        "least metres in a straight line between two sites, those of today included":
            "两处点位（含现有点位）之间的最小直线距离（米）",
        "up to how many new sites the marginal curve goes, 0 for none; two more than the plan where left out":
            "边际效益曲线算到新增几处，0 为不算；不填则比方案多两处",
        "most near-equal plans (within 1 %) shown beside the best": "除最优方案外，最多列出几个相近方案（相差 1% 以内）",
        "seconds for the whole search: plan, phases, curve and alternatives; each point of the curve and each "
        "alternative at most 20 of them":
            "全部求解的秒数：方案、分期、曲线与相近方案；曲线每点与每个相近方案至多 20 秒",
        "share of the value that may stay unproven, such as 1%; 0: to the optimum":
            "允许未证明的目标值比例，例如 1%；0 表示求至最优",
        "seed of the solver's random numbers": "求解器的随机数种子",
        "date on which places under construction are counted; that of the study where left out":
            "按哪一天计入在建点位；不填则用项目的日期",
        "Hold two plans side by side: who gains and who loses, as map, workbook and layers.":
            "比较两个方案：谁受益、谁受损，输出地图、表格和图层。",
        "A change file, the name of a siting plan, or today.": "变化文件、布点方案的名称，或 today（现状）。",
        "The other one.": "另一个方案。",
        "Category of the service; that of the plans.": "设施类别；不填则与方案相同。",
        "Limit in minutes.": "时限（分钟）。",
        "Hold results against their record: files changed or lost, and a record that was tampered with.":
            "按运行记录核对成果：文件是否被改动或缺失，记录是否被篡改。",
        "Make a run again from its record and say whether every file comes out the same, bit for bit.":
            "按运行记录重新运行，并核对各文件是否逐位相同。",
        "The folder the inputs lie in; where the study stood if left out.": "输入数据所在文件夹；不填则为项目原位置。",
        "Where to keep the results; they are thrown away if left out.": "成果保存位置；不填则不保留。",
        "List the built-in standards, show what one asks for and whether that was verified, or compare two.":
            "列出内置标准，查看某一标准的要求及是否核对，或比较两个标准。",
        "A standard to show; or compare A B, to see where two differ.": "要查看的标准；或 compare A B，比较两者差异。",
        "Write the clauses of this standard as a list to be confirmed against its text.":
            "将该标准的条款写成待核对清单。",
        "With compare: run this study under both, and show what it answers under each.":
            "与 compare 同用：按两个标准分别运行该项目并对照结果。",
        "List the built-in travel profiles with their speeds, stairs and waits, and where each comes from.":
            "列出内置出行方式的速度、台阶与等候时间及其来源。",
        "Compile the search kernels now, so that the first run need not.": "预先编译计算内核，免去首次运行时等待。",
    }
)  # fmt: skip
"""By the English sentence. A sentence that is not here is shown in English; a test finds it."""


def in_chinese(command: Any) -> None:
    """Put the help of a command and of all below it into Chinese.

    Parameters
    ----------
    command
        As `typer.main.get_command` makes it; it is changed in place, being made for one run.
    """
    command.help = CHINESE.get(command.help, command.help)
    command.epilog = CHINESE.get(command.epilog, command.epilog)
    command.short_help = None
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = CHINESE.get(parameter.help, parameter.help)
    command.get_help = _with_headings(command.get_help)
    for below in getattr(command, "commands", {}).values():
        in_chinese(below)


def _with_headings(get_help: Callable[[Any], str]) -> Callable[[Any], str]:
    def translated(context: Any) -> str:
        text = get_help(context)
        for english, chinese in HEADINGS:
            text = text.replace(english, chinese)
        return text

    return translated
