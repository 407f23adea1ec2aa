"""Instance files of a few stops in each of the forms, written where a test wants them."""

from pathlib import Path

SOLOMON = """T1

VEHICLE
NUMBER     CAPACITY
  3         20

CUSTOMER
CUST NO.   XCOORD.   YCOORD.   DEMAND    READY TIME   DUE DATE   SERVICE TIME

    0      0         0          0          0        230          0
    1      3         4          10         0        204         10
    2      1         1          7          5        202         10
    3      0         9          5          0        197         10
"""

VRPLIB = """NAME : T2
TYPE : {type}
DIMENSION : {dimension}
{header}CAPACITY : 20
EDGE_WEIGHT_TYPE : {edges}
NODE_COORD_SECTION
{nodes}
DEMAND_SECTION
{demand}
{sections}DEPOT_SECTION
{depots}
-1
EOF
"""

PLACES = ("0 0", "3 4", "1 1", "0 9")
WINDOWS = ("0 230", "0 204", "5 202", "0 197")


def solomon(folder: Path, text: str = SOLOMON) -> Path:
    """Three stops and a depot as Solomon writes them."""
    path = folder / "T1.txt"
    path.write_text(text)
    return path


def vrplib(
    folder: Path,
    *,
    kind: str = "VRPTW",
    edges: str = "EUC_2D",
    header: str = "VEHICLES : 3\nSERVICE_TIME : 10\n",
    places: tuple[str, ...] = PLACES,
    windows: tuple[str, ...] | None = WINDOWS,
    prizes: tuple[int, ...] | None = None,
    homes: tuple[int, ...] | None = None,
    depots: tuple[int, ...] = (1,),
) -> Path:
    """The same as a VRPLIB file, with what a test wants otherwise."""
    sections = ""
    if windows is not None:
        sections += f"TIME_WINDOW_SECTION\n{_numbered(windows)}\n"
    if prizes is not None:
        sections += f"PRIZE_SECTION\n{_numbered(prizes)}\n"
    if homes is not None:
        sections += f"VEHICLES_DEPOT_SECTION\n{_numbered(homes)}\n"
    demand = [0 if row < len(depots) else 5 for row in range(len(places))]
    path = folder / "T2.vrp"
    path.write_text(
        VRPLIB.format(
            type=kind,
            dimension=len(places),
            header=header,
            edges=edges,
            nodes=_numbered(places),
            demand=_numbered(demand),
            sections=sections,
            depots="\n".join(str(one) for one in depots),
        )
    )
    return path


def _numbered(rows: object) -> str:
    assert isinstance(rows, tuple | list)
    return "\n".join(f"{number} {row}" for number, row in enumerate(rows, start=1))


CASES = """案件编号,债务人,地址,经度,纬度,坐标系,优先级,产品,关系,备注
C1,张伟,成都市锦江区人民路1号,104.06,30.66,WGS84,2,信用卡,本人,
C2,李娜,成都市锦江区人民路2号,104.07,30.67,GCJ02,1,车贷,本人,仅晚间在家
C3,王芳,成都市锦江区人民路3号,,,,3,车贷,本人,
C4,赵敏,成都市锦江区人民路4号,104.05,30.65,WGS85,3,车贷,本人,
C5,钱强,成都市锦江区人民路5号,104.08,30.66,WGS84,5,消费贷,本人,有犬
"""

AGENTS = """工号,姓名,出发经度,出发纬度,坐标系,班次开始,班次结束,午休开始,午休分钟,技能,搭档工号
A1,周磊,104.06,30.66,WGS84,09:00,20:00,12:30,45,车贷,A2
A2,吴静,104.07,30.66,WGS84,12:30,20:00,12:00,45,,A1
"""


def field_files(folder: Path, cases: str = CASES, agents: str = AGENTS) -> tuple[Path, Path]:
    """Five cases, of which one lacks coordinates and one names no known datum, and two agents."""
    paths = folder / "cases.csv", folder / "agents.csv"
    for path, text in zip(paths, (cases, agents), strict=True):
        path.write_text(text, encoding="utf-8-sig")
    return paths
