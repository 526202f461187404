"""How a person is addressed: surname and honorific, by language (tone of the standard's scripts).

The mainland says 先生 and 女士, Taiwan 先生 and 小姐. Where the form of address is unknown nobody
guesses: the scripts then say 您好 without a name.
"""

_HONORIFICS = {
    "zh-hans": {"m": "{}先生", "f": "{}女士"},
    "zh-hant": {"m": "{}先生", "f": "{}小姐"},
    "en": {"m": "Mr {}", "f": "Ms {}"},
}

_DOUBLE = """
欧阳 Ouyang 上官 Shangguan 司马 Sima 诸葛 Zhuge 司徒 Situ 东方 Dongfang 皇甫 Huangfu 尉迟 Yuchi
公孙 Gongsun 慕容 Murong 令狐 Linghu 宇文 Yuwen 长孙 Zhangsun 鲜于 Xianyu 夏侯 Xiahou 端木 Duanmu
南宫 Nangong 独孤 Dugu 轩辕 Xuanyuan 百里 Baili 呼延 Huyan 澹台 Tantai 公冶 Gongye 太史 Taishi
申屠 Shentu 西门 Ximen 钟离 Zhongli 濮阳 Puyang 淳于 Chunyu 司空 Sikong 司寇 Sikou 赫连 Helian
万俟 Moqi 闻人 Wenren 拓跋 Tuoba 东郭 Dongguo 南门 Nanmen 羊舌 Yangshe 巫马 Wuma 第五 Diwu
"""

_SINGLE = """
王 Wang 李 Li 张 Zhang 刘 Liu 陈 Chen 杨 Yang 黄 Huang 赵 Zhao 吴 Wu 周 Zhou 徐 Xu 孙 Sun 马 Ma
朱 Zhu 胡 Hu 郭 Guo 何 He 林 Lin 高 Gao 罗 Luo 郑 Zheng 梁 Liang 谢 Xie 宋 Song 唐 Tang 许 Xu
韩 Han 邓 Deng 冯 Feng 曹 Cao 彭 Peng 曾 Zeng 肖 Xiao 萧 Xiao 田 Tian 董 Dong 潘 Pan 袁 Yuan 蔡 Cai
蒋 Jiang 余 Yu 于 Yu 杜 Du 叶 Ye 程 Cheng 苏 Su 魏 Wei 吕 Lü 丁 Ding 任 Ren 卢 Lu 姚 Yao 沈 Shen
钟 Zhong 姜 Jiang 崔 Cui 谭 Tan 陆 Lu 范 Fan 汪 Wang 廖 Liao 石 Shi 金 Jin 韦 Wei 贾 Jia 夏 Xia
付 Fu 傅 Fu 方 Fang 邹 Zou 熊 Xiong 白 Bai 孟 Meng 秦 Qin 邱 Qiu 侯 Hou 江 Jiang 尹 Yin 薛 Xue
闫 Yan 阎 Yan 段 Duan 雷 Lei 龙 Long 黎 Li 史 Shi 陶 Tao 贺 He 毛 Mao 郝 Hao 顾 Gu 龚 Gong 邵 Shao
万 Wan 覃 Qin 武 Wu 钱 Qian 戴 Dai 严 Yan 莫 Mo 孔 Kong 向 Xiang 常 Chang 汤 Tang 康 Kang 温 Wen
施 Shi 文 Wen 牛 Niu 樊 Fan 葛 Ge 邢 Xing 安 An 齐 Qi 易 Yi 乔 Qiao 伍 Wu 庞 Pang 颜 Yan 倪 Ni
庄 Zhuang 聂 Nie 章 Zhang 鲁 Lu 岳 Yue 翟 Zhai 殷 Yin 詹 Zhan 申 Shen 欧 Ou 区 Ou 耿 Geng 关 Guan
兰 Lan 焦 Jiao 俞 Yu 左 Zuo 柳 Liu 甘 Gan 祝 Zhu 包 Bao 宁 Ning 尚 Shang 符 Fu 舒 Shu 阮 Ruan
柯 Ke 纪 Ji 梅 Mei 童 Tong 凌 Ling 毕 Bi 单 Shan 季 Ji 裴 Pei 霍 Huo 涂 Tu 成 Cheng 苗 Miao
谷 Gu 盛 Sheng 曲 Qu 翁 Weng 冉 Ran 骆 Luo 蓝 Lan 路 Lu 游 You 辛 Xin 靳 Jin 管 Guan 柴 Chai
蒙 Meng 鲍 Bao 华 Hua 喻 Yu 祁 Qi 蒲 Pu 房 Fang 滕 Teng 屈 Qu 饶 Rao 解 Xie 牟 Mou 艾 Ai 尤 You
阳 Yang 时 Shi 穆 Mu 农 Nong 司 Si 卓 Zhuo 古 Gu 吉 Ji 缪 Miao 简 Jian 车 Che 项 Xiang 连 Lian
芦 Lu 麦 Mai 褚 Chu 娄 Lou 窦 Dou 戚 Qi 岑 Cen 景 Jing 党 Dang 宫 Gong 费 Fei 卜 Bu 冷 Leng 晏 Yan
席 Xi 卫 Wei 米 Mi 柏 Bai 宗 Zong 瞿 Qu 桂 Gui 全 Quan 佟 Tong 应 Ying 臧 Zang 闵 Min 苟 Gou 邬 Wu
边 Bian 卞 Bian 姬 Ji 师 Shi 和 He 仇 Qiu 栾 Luan 隋 Sui 商 Shang 刁 Diao 沙 Sha 荣 Rong 巫 Wu
寇 Kou 桑 Sang 郎 Lang 甄 Zhen 丛 Cong 仲 Zhong 虞 Yu 敖 Ao 巩 Gong 明 Ming 佘 She 池 Chi 查 Zha
麻 Ma 苑 Yuan 迟 Chi 邝 Kuang 朴 Piao 鞠 Ju 冼 Xian 谌 Chen 诸 Zhu 储 Chu 奚 Xi 茅 Mao 浦 Pu 赖 Lai
"""


def _table(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_DOUBLE_PINYIN = _table(_DOUBLE)
_PINYIN = _table(_SINGLE) | _DOUBLE_PINYIN

# Surnames keep the characters they were written in; this is only for looking them up.
_SIMPLIFIED = str.maketrans(
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓鄧馮蕭蔣葉蘇呂盧鐘鍾譚陸範韋賈鄒閻龍賀顧龔萬錢戴嚴湯溫齊喬龐顏"
    "莊聶魯歐區關蘭寧紀畢單塗駱藍鮑華饒農繆簡車項連麥婁竇黨宮費衛應閔鄔邊師欒榮叢鞏遲鄺諶諸儲"
    "東遲長鮮軒獨濮門離聞陽賴龎",
    "张刘陈杨黄赵吴孙马罗郑谢许韩邓冯萧蒋叶苏吕卢钟钟谭陆范韦贾邹阎龙贺顾龚万钱戴严汤温齐乔庞颜"
    "庄聂鲁欧区关兰宁纪毕单涂骆蓝鲍华饶农缪简车项连麦娄窦党宫费卫应闵邬边师栾荣丛巩迟邝谌诸储"
    "东迟长鲜轩独濮门离闻阳赖庞",
)


def surname(full_name: str) -> str:
    """Return the surname as written: two characters for double surnames, the last word of a Latin name.

    A name with a dot (阿依古丽·买买提) has no surname; its first part is what the person is called by.
    """
    name = " ".join(full_name.split())
    if not name or name[0].isascii():
        return name.rpartition(" ")[2]
    first_part, dot, _ = name.partition("·")
    if dot:
        return first_part.strip()
    double = name[:2]
    return double if double.translate(_SIMPLIFIED) in _DOUBLE_PINYIN else name[0]


def address(full_name: str, sex: str, language: str) -> str:
    """Return surname and honorific (王先生, Ms Ouyang); empty when sex ("m", "f", "") or name is unknown.

    Another language than zh-hans, zh-hant and en is addressed in English.
    """
    honorific = _HONORIFICS.get(language, _HONORIFICS["en"]).get(sex)
    name = surname(full_name)
    if not honorific or not name:
        return ""
    if not language.startswith("zh"):
        name = _PINYIN.get(name.translate(_SIMPLIFIED), name)
    return honorific.format(name)
