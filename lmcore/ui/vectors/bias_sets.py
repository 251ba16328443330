"""Words to begin with: association tests in the manner of Caliskan et al. (2017), and directions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AssociationTest:
    """Two groups of words, `x` and `y`, and two sets of attributes, `a` and `b`."""

    x: str
    y: str
    a: str
    b: str

    def sets(self) -> dict[str, str]:
        return {"x": self.x, "y": self.y, "a": self.a, "b": self.b}


@dataclass(frozen=True)
class Line:
    """Pairs of words that span a direction, and words to lay along it."""

    pairs: str
    words: str


_PLEASANT = (
    "love peace friend happy joy wonderful pleasure laughter health honest gentle heaven loyal gift smile "
    "sunrise family lucky paradise vacation"
)
_UNPLEASANT = (
    "hatred war enemy sad pain terrible grief ugly sickness murder poison death poverty prison evil accident "
    "abuse crash disaster rotten"
)
_MALE = "he him his man boy father son brother uncle grandfather male"
_FEMALE = "she her hers woman girl mother daughter sister aunt grandmother female"

TESTS: dict[str, dict[str, AssociationTest]] = {
    "en": {
        "flowers": AssociationTest(
            "rose lily tulip daisy violet orchid poppy iris daffodil clover lilac flower flowers bouquet",
            "ant fly spider moth bee wasp flea beetle cockroach mosquito cricket locust worm insect",
            _PLEASANT,
            _UNPLEASANT,
        ),
        "career": AssociationTest(
            "career office business salary company professional management corporation work money",
            "home family marriage wedding children parents relatives cousins house kitchen",
            _MALE,
            _FEMALE,
        ),
        "science": AssociationTest(
            "science physics mathematics chemistry engineering technology astronomy experiment logic",
            "art poetry dance music literature novel drama sculpture song painting",
            _MALE,
            _FEMALE,
        ),
        "titles": AssociationTest(
            "king prince emperor lord duke actor waiter host wizard hero landlord businessman policeman",
            "queen princess empress lady duchess actress waitress hostess witch heroine landlady "
            "businesswoman policewoman",
            _MALE,
            _FEMALE,
        ),
        "instruments": AssociationTest(
            "guitar piano violin flute trumpet drum harp cello horn bell organ music",
            "gun sword knife rifle bomb axe spear cannon pistol weapon missile tank",
            _PLEASANT,
            _UNPLEASANT,
        ),
    },
    "zh": {
        "flowers": AssociationTest(
            "花 玫瑰 百合 菊花 荷花 梅花 兰花 牡丹 桃花 花朵",
            "虫 蚂蚁 苍蝇 蜘蛛 蚊子 蟑螂 飞蛾 蝗虫 毛虫 虫子",
            "爱 和平 朋友 快乐 幸福 健康 美丽 高兴 欢喜 笑",
            "恨 战争 敌人 痛苦 悲伤 疾病 丑陋 死 毒 杀",
        ),
        "career": AssociationTest(
            "事业 工作 公司 职业 生意 官 银子 学问 功名 商人",
            "家庭 家 婚姻 孩子 父母 亲戚 厨房 女儿 儿子 房",
            "他 男人 男子 父亲 儿子 哥哥 弟弟 爷爷 叔叔 先生",
            "她 女人 女子 母亲 女儿 姐姐 妹妹 奶奶 姑娘 太太",
        ),
        "titles": AssociationTest(
            "国王 王子 皇帝 公爵 男演员 男教师 男生 巫师 英雄 新郎 先生",
            "王后 公主 皇后 公爵夫人 女演员 女教师 女生 女巫 女英雄 新娘 女士",
            "男人 男孩 爸爸 哥哥 弟弟 儿子 叔叔 丈夫 爷爷 外公",
            "女人 女孩 妈妈 姐姐 妹妹 女儿 阿姨 妻子 奶奶 外婆",
        ),
    },
}

LINES = {
    "en": Line(
        "he – she, man – woman, king – queen",
        "nurse doctor teacher engineer singer painter librarian chef detective waiter firefighter butcher "
        "mayor milliner cobbler player writer scientist soldier dancer lawyer artist secretary captain",
    ),
    "zh": Line(
        "男人 – 女人, 爸爸 – 妈妈, 国王 – 王后",
        "护士 医生 老师 歌手 画家 厨师 警察 司机 农民 诗人 作家 科学家 工程师 演员 "
        "店主 理发师 面包师 裁缝 渔夫 木匠",
    ),
}
