"""Surnames by how often they occur per 10,000 people, rounded by hand from what is commonly known of the ranking."""

#: The common ones, commonest first.
COMMON = """
王712 李704 张672 刘526 陈455 杨302 赵224 黄221 周186 吴184 徐143 孙139 胡117 朱116 高109 林108 何107 郭105 马104 罗86
梁84 宋80 郑78 谢73 韩67 唐64 冯63 于62 董60 萧58 程57 曹55 袁54 邓54 许54 傅52 沈50 曾50 彭48 吕46
苏46 卢46 蒋46 蔡45 贾43 丁42 魏42 薛41 叶41 阎41 余40 潘40 杜40 戴38 夏38 钟37 汪37 田37 任36 姜36
范35 方35 石34 姚34 谭33 廖33 邹32 熊31 金31 陆31 郝30 孔29 白29 崔29 康28 毛28 邱27 秦27 江26 史26
顾25 侯25 邵25 孟24 龙24 万24 段23 雷23 钱23 汤22 尹22 黎22 易21 常21 武21 乔20 贺20 赖20 龚20 文19
庞18 樊18 兰18 殷17 施17 陶17 洪16 翟16 安16 颜15 倪15 严15 牛15 温14 芦14 季14 俞13 章13 鲁13 葛12
伍12 韦12 申12 尤12 毕11 聂11 丛10 焦10 向10 柳10 邢10 路9 岳9 齐9 梅8 莫8 庄8 辛8 管7
祝7 左7 涂7 谷7 祁7 时6 舒6 耿6 牟6 卜6 詹5 关5 苗5 凌5 费5 纪5 靳5 盛5 童5 欧4 甄4
""".split()  # fmt: skip

#: Surnames with a reading of their own, so that search is tried on them.
POLYPHONIC = "单6 解5 仇3 查4 区2 盖2 朴4 覃8 宓1 乐2 缪3 隗1 尉2 薄1 阚1 郗1 谌1 柏3 种1 召1".split()

#: Compound surnames (复姓).
COMPOUND = "欧阳9 上官2 司马2 诸葛1 皇甫1 夏侯1 尉迟1 慕容1 令狐1 端木1 东方1 司徒1 澹台1 长孙1 宇文1 公孙1".split()


def weighted() -> tuple[list[str], list[float]]:
    """Return the surnames and their weights."""
    entries = [*COMMON, *POLYPHONIC, *COMPOUND]
    names = [entry.rstrip("0123456789") for entry in entries]
    return names, [float(entry[len(name) :]) for entry, name in zip(entries, names, strict=True)]
