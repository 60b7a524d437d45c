"""Who says what: in many languages, with verbs before, behind and inside, titles, pronouns, quotations, and traps."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.speaking import Asked, find_speakers, read_asked, speaks
from assistant.answering.speaking.lexicon import FOLDER, load_lexicons
from assistant.corpus.splitting import split_sentences
from assistant.errors import PromptError

# Articles: "speaker | sentence" a line, an empty speaker where the writer speaks, "¶" where a paragraph begins,
# "A + B" where a sentence has two speakers. Everybody and every place is invented.
ARTICLES = {
    "en-bridge": """
         | The old bridge of Velmora was built in 1920.
         | NATO Secretary-General Jens Kastel arrived in Velmora on Monday.
    Anna Velt | "The bridge is unsafe," said Anna Velt, the mayor of Velmora.
    Anna Velt | "We must close it at once. Nobody should cross it."
    Anna Velt | She added that repairs would take a year.
    Jens Kastel | ¶The Secretary-General said that he was impressed.
    defence ministry | On Tuesday the defence ministry said it would send engineers.
    Boris Tarn | Boris Tarn, an engineer who studied the bridge, said the cables were rusty.
         | ¶Velt was asked about the letter.
    Boris Tarn | "The mayor was told in March," Tarn said.
    Boris Tarn | "She did nothing. I warned her that the bridge could fall," he said.
    Anna Velt + Jens Kastel | Velt denied that Tarn had warned her, while Kastel said that money was there.
    Boris Tarn | According to Tarn, the costs will rise.
    city council | ¶In a statement, the city council said: "We trust our mayor. The works will begin soon."
    Carl Imre | Velt's spokesman, Carl Imre, told reporters that the mayor would not resign.
    Lena Orff | The deputy mayor, Lena Orff, warned that winter was near.
    Local residents | Local residents said they were afraid.
    Boris Tarn | Tarn told Orff that nobody knew.
    Lena Orff | Orff said Tarn claimed that he knew.
    Jens Kastel | Kastel visited the bridge, saying it was a symbol.
    Boris Tarn | ¶“It is over. It is finished. We go home,” Tarn concluded.
         | The works begin in spring.
    """,
    "en-traps": """
    Mira Dolan | The bakery of Tilsby will close, its owner Mira Dolan announced on Friday.
    Critics | Critics accuse Dolan of greed.
         | Dolan was criticised in the local press.
         | The owner was asked to explain herself.
    Peter Stroud | Peter Stroud, a baker, said that Dolan had promised him a job.
    Peter Stroud | "She told me that in May," Stroud said.
    Mira Dolan | ¶Dolan, whom Stroud called a liar, denied it.
    Mira Dolan | "I never promised anything," she said.
    Mira Dolan | "I am sorry," Dolan went on, "but the oven is broken."
    minister | The minister said nothing would change.
    Stroud | In an interview with the Tilsby Post, Stroud said: "I will leave."
    Stroud | Asked about Dolan's letter, Stroud replied that he had not read it.
    expert | "Bread is a hard business," one expert said.
    Dolan | In the words of Dolan, the oven is older than the house.
    """,
    "en-two-speakers": """
    Ilse Marrow | Professor Ilse Marrow said that the comet would return in June.
    Tom Hadley | But Tom Hadley, director of the observatory, disagreed: "It will not return at all."
    Ilse Marrow | ¶Marrow replied that Hadley had read the wrong table, and the director laughed.
    Tom Hadley | The director said that he had read it twice.
    Ilse Marrow | "Then read it again," the professor said.
    """,
    "de-bruecke": """
         | Die Brücke von Velmora ist gesperrt.
    Anna Velt | Bürgermeisterin Anna Velt sagte am Montag, die Brücke sei unsicher.
    Anna Velt | Die Reparatur werde ein Jahr dauern.
    Anna Velt | "Niemand darf hinüber", sagte sie.
         | Der Ingenieur Boris Tarn untersucht die Kabel.
    Boris Tarn | Am Dienstag erklärte Tarn, dass die Kabel halten.
    Boris Tarn | Laut Tarn ist alles gut.
    Anna Velt | Später sagte Velt: „Wir prüfen das. Es dauert.“
    Sprecher des Verteidigungsministeriums | Ein Sprecher des Verteidigungsministeriums teilte mit, man helfe gern.
         | Velt wurde gefragt, ob sie zurücktritt.
    Anna Velt | Der Bürgermeisterin zufolge gibt es kein Geld.
    Außenministerium | Das Außenministerium bestätigte, dass Hilfe kommt.
    Lena Orff | Die Sprecherin von Anna Velt, Lena Orff, wies darauf hin, dass es dauert.
    Boris Tarn | "Das ist falsch", so Tarn.
    Boris Tarn | „Die Kabel“, sagte Tarn, „sind neu und stark.“
    """,
    "fr-pont": """
         | Le pont de Velmora est fermé.
    Anna Velt | « Le pont est dangereux », a déclaré lundi Anna Velt, maire de Velmora.
    Anna Velt | Elle a ajouté que les travaux dureraient un an.
    Boris Tarn | Selon l'ingénieur Boris Tarn, les câbles sont bons.
    Boris Tarn | « C'est une erreur », a-t-il dit.
    Anna Velt | La maire a répondu que Tarn se trompait.
    Carl Imre | Le porte-parole d'Anna Velt, Carl Imre, a précisé que rien n'était décidé.
    ministère de la Défense | Le ministère de la Défense a annoncé qu'il enverrait des soldats.
    Anna Velt | D'après la maire, tout ira bien.
    ministre | La ministre, que Tarn avait critiquée, a assuré que l'argent était là.
    Boris Tarn | « Il faut attendre », explique Boris Tarn.
    """,
    "es-puente": """
         | El puente de Velmora está cerrado.
    Anna Velt | "El puente es inseguro", dijo la alcaldesa de Velmora, Anna Velt.
    Anna Velt | Añadió que las obras durarán un año.
    Boris Tarn | Según el ingeniero Boris Tarn, los cables son buenos.
    Boris Tarn | "Es un error", afirmó.
    Velt + Ministerio de Defensa | La alcaldesa respondió que no, mientras que el Ministerio de Defensa anunció ayuda.
         | Velt fue preguntada por la carta.
    Carlo Imre | El portavoz de Velt, Carlo Imre, señaló que no había nada decidido.
    Boris Tarn | Tarn dijo que Velt había prometido dinero.
    """,
    "pt-ponte": """
         | A ponte de Velmora está fechada.
    Anna Velt | "A ponte é insegura", disse a prefeita de Velmora, Anna Velt.
    Anna Velt | Acrescentou que as obras vão durar um ano.
    Boris Tarn | Segundo o engenheiro Boris Tarn, os cabos são bons.
    Boris Tarn | "É um erro", afirmou ele.
    Anna Velt + Ministério da Defesa | A prefeita negou, enquanto o Ministério da Defesa anunciou que enviará soldados.
    Anna Velt | De acordo com a prefeita, não há dinheiro.
    """,
    "it-ponte": """
         | Il ponte di Velmora è chiuso.
    Anna Velt | «Il ponte è pericoloso», ha detto la sindaca di Velmora, Anna Velt.
    Anna Velt | Ha aggiunto che i lavori dureranno un anno.
    Boris Tarn | Secondo l'ingegnere Boris Tarn, i cavi sono buoni.
    Boris Tarn | «È un errore», ha affermato lui.
    Anna Velt + ministero della Difesa | La sindaca ha risposto di no, mentre il ministero della Difesa promette aiuto.
    Lena Orff | La portavoce di Velt, Lena Orff, ha precisato che nulla è deciso.
    """,
    "ru-most": """
         | Мост в Велморе закрыт.
    Анна Вельт | «Мост опасен», — сказала мэр Велморы Анна Вельт.
    Анна Вельт | Она добавила, что ремонт займёт год.
    Бориса Тарна | По словам инженера Бориса Тарна, тросы в порядке.
    Бориса Тарна | «Это ошибка», — заявил он.
    Анна Вельт + Министерство обороны | Мэр ответила, что Тарн ошибся, а Министерство обороны сообщило о солдатах.
    Карл Имре | Об этом сообщил пресс-секретарь Карл Имре.
    Бориса Тарна | Тарн утверждает, что Вельт сказала неправду.
    Бориса Тарна | Как сообщил Тарн, письмо было отправлено в марте.
    """,
    "ru-damba": """
    Карла Мензис | Строительство дамбы завершится не раньше мая, сообщила во вторник министр экологии Карла Мензис.
    Карла Мензис | По её словам, никто не заказал сталь.
    Денис Рук | Лидер оппозиции Денис Рук назвал это решение «позором».
    администрации порта | В среду в администрации порта заявили, что их не предупредили.
    Омар Хаддад | «Море не ждёт, — говорит рыбак Омар Хаддад. — Мы боимся каждого шторма».
    Эдда Линд | Как отметила профессор Эдда Линд, уровень моря поднимется.
         | Журналисты спросили Мензис о расходах, но она отказалась отвечать.
    """,
    "uk-mist": """
         | Міст у Велморі закритий.
    Анна Вельт | «Міст небезпечний», — сказала мерка Велмори Анна Вельт.
    Анна Вельт | Вона додала, що ремонт триватиме рік.
    Бориса Тарна | За словами інженера Бориса Тарна, троси в порядку.
    Анна Вельт + Міністерство оборони | Мерка відповіла, що ні, а Міністерство оборони повідомило про солдатів.
    Бориса Тарна | Тарн заявив, що Вельт казала неправду.
    """,
    "pl-most": """
         | Most w Velmorze jest zamknięty.
    Anna Velt | „Most jest niebezpieczny” – powiedziała burmistrzyni Velmory Anna Velt.
    Anna Velt | Dodała, że remont potrwa rok.
    Borisa Tarna | Według inżyniera Borisa Tarna liny są dobre.
    Borisa Tarna | – To pomyłka – powiedział Tarn.
    Anna Velt + Ministerstwo Obrony | Burmistrzyni odparła, że nie, a Ministerstwo Obrony zapowiedziało pomoc.
    """,
    "nl-brug": """
         | De brug van Velmora is gesloten.
    Anna Velt | "De brug is onveilig", zei burgemeester Anna Velt maandag.
    Anna Velt | Ze voegde eraan toe dat de werken een jaar duren.
    Boris Tarn | Volgens ingenieur Boris Tarn zijn de kabels goed.
    Boris Tarn | "Dat is een vergissing", aldus Tarn.
    Anna Velt | De burgemeester antwoordde dat Tarn zich vergist.
    ministerie van Defensie | Het ministerie van Defensie meldde dat het soldaten stuurt.
         | Velt werd gevraagd of ze aftreedt.
    """,
    "ro-pod": """
         | Podul din Velmora este închis.
    Anna Velt | „Podul este nesigur”, a spus primărița orașului Velmora, Anna Velt.
    Anna Velt | Ea a adăugat că lucrările vor dura un an.
    Boris Tarn | Potrivit inginerului Boris Tarn, cablurile sunt bune.
    Boris Tarn | „Este o greșeală”, a declarat el.
    Anna Velt + Ministerul Apărării | Primărița a răspuns că nu, în timp ce Ministerul Apărării a anunțat soldați.
    """,
    "el-gefyra": """
         | Η γέφυρα της Βελμόρας έκλεισε.
    Άννα Βελτ | «Η γέφυρα είναι επικίνδυνη», είπε η δήμαρχος Άννα Βελτ.
    Άννα Βελτ | Πρόσθεσε ότι τα έργα θα διαρκέσουν έναν χρόνο.
    Μπόρις Ταρν | Σύμφωνα με τον μηχανικό Μπόρις Ταρν, τα καλώδια είναι καλά.
    Μπόρις Ταρν | «Είναι λάθος», δήλωσε ο Ταρν.
    Άννα Βελτ | Η δήμαρχος απάντησε ότι ο Ταρν κάνει λάθος.
    υπουργείο Άμυνας | Το υπουργείο Άμυνας ανακοίνωσε ότι θα στείλει στρατιώτες.
    """,
    "ar-jisr": """
         | أُغلق جسر فلمورا.
    آنا فيلت | قالت رئيسة بلدية فلمورا آنا فيلت إن الجسر غير آمن.
    آنا فيلت | وأضافت أن الإصلاح سيستغرق عاماً.
    بوريس تارن | وبحسب المهندس بوريس تارن، فإن الأسلاك سليمة.
    بوريس تارن | وقال تارن للصحفيين: "رئيسة البلدية مخطئة. لقد حذرتها."
    آنا فيلت + وزارة الدفاع | وردت رئيسة البلدية بأن تارن مخطئ، فيما أعلنت وزارة الدفاع أنها سترسل جنوداً.
         | وسُئلت فيلت عن الرسالة.
    تارن | ونقلت الوكالة عن تارن قوله إن الرسالة وصلت.
    كارل إيمره | من جهته، أكد المتحدث باسم البلدية، كارل إيمره، أنّ المال موجود.
    تارن | واعتبر تارن أن فيلت كذبت.
    """,
    "ar-madrasa": """
    سليم طرباي + هند الوراق | قال مدير المدرسة سليم طرباي إن الطلاب لم يعودوا، وأوضحت المعلمة هند الوراق أن السقف انهار.
    هند الوراق | وتابعت الوراق قائلة: "كنا في الصف حين سمعنا الصوت".
    سليم طرباي | وأشار طرباي إلى أن الوزارة وعدت بإصلاح السقف.
    كمال الدالي | ونفى وزير التعليم كمال الدالي ذلك، وقال: "لم نعد بشيء".
    كمال الدالي | وشدد على أن الميزانية لا تسمح.
    كمال الدالي | وكتب الدالي على منصة إكس: "سنبني مدرسة جديدة".
    سليم طرباي | واتهم طرباي الوزير بالكذب.
    """,
    "fa-pol": """
         | پل ولمورا بسته شد.
    آنا ولت | شهردار ولمورا، آنا ولت، گفت که پل ایمن نیست.
    آنا ولت | او افزود که تعمیر یک سال طول می‌کشد.
    بوریس تارن | به گفته بوریس تارن، مهندس، کابل‌ها سالم هستند.
    بوریس تارن | تارن در گفت‌وگو با خبرنگاران گفت: «شهردار اشتباه می‌کند.»
    آنا ولت | شهردار پاسخ داد که تارن اشتباه می‌کند.
    وزارت دفاع | وزارت دفاع اعلام کرد سرباز می‌فرستد.
    """,
    "ur-pul": """
         | ولمورا کا پل بند ہے۔
    آنا ویلٹ | ولمورا کی میئر آنا ویلٹ نے کہا کہ پل غیر محفوظ ہے۔
    آنا ویلٹ | انہوں نے کہا کہ مرمت میں ایک سال لگے گا۔
    بورس ٹارن | انجینئر بورس ٹارن کے مطابق تاریں ٹھیک ہیں۔
    بورس ٹارن | ٹارن نے صحافیوں سے کہا: "میئر غلط ہیں۔"
    آنا ویلٹ | میئر نے جواب دیا کہ ٹارن نے جھوٹ بولا ہے۔
    وزارت دفاع | وزارت دفاع نے اعلان کیا کہ فوجی بھیجے جائیں گے۔
    """,
    "hi-pul": """
         | वेलमोरा का पुल बंद है।
    आना वेल्ट | वेलमोरा की मेयर आना वेल्ट ने कहा कि पुल असुरक्षित है।
    आना वेल्ट | उन्होंने कहा कि मरम्मत में एक साल लगेगा।
    बोरिस टार्न | इंजीनियर बोरिस टार्न के अनुसार केबल ठीक हैं।
    बोरिस टार्न | टार्न ने पत्रकारों से कहा, "मेयर गलत हैं।"
    आना वेल्ट | मेयर ने जवाब दिया कि टार्न ने झूठ बोला है।
    रक्षा मंत्रालय | रक्षा मंत्रालय ने घोषणा की कि सैनिक भेजे जाएंगे।
    """,
    "tr-kopru": """
         | Velmora köprüsü kapatıldı.
    Anna Velt | Velmora Belediye Başkanı Anna Velt, köprünün güvenli olmadığını söyledi.
    Anna Velt | Onarımın bir yıl süreceğini belirtti.
    Boris Tarn | Mühendis Boris Tarn'a göre kablolar sağlam.
    Boris Tarn | "Bu bir hata" dedi Tarn.
    Anna Velt | Belediye Başkanı, Tarn'ın yanıldığını ifade etti.
    Savunma Bakanlığı | Savunma Bakanlığı asker göndereceğini duyurdu.
    Anna Velt | Velt, "Kimse geçmesin. Beklemeliyiz." dedi.
    """,
    "he-gesher": """
         | הגשר בוולמורה נסגר.
    אנה ולט | "הגשר מסוכן", אמרה ראשת העיר אנה ולט.
    אנה ולט | היא הוסיפה כי התיקון יימשך שנה.
    בוריס טארן | לדברי המהנדס בוריס טארן, הכבלים תקינים.
    בוריס טארן | טארן אמר לעיתונאים כי ראשת העיר טועה.
    אנה ולט | ראשת העיר השיבה שטארן טועה.
    משרד הביטחון | משרד הביטחון הודיע כי ישלח חיילים.
    """,
    "zh-qiao": """
         | 维尔莫拉大桥关闭。
    安娜·维尔特 | 维尔莫拉市长安娜·维尔特周一表示，大桥不安全。
    安娜·维尔特 | 她还说，维修需要一年。
    鲍里斯·塔恩 | 工程师鲍里斯·塔恩说：“缆索没有问题。市长错了。”
    鲍里斯·塔恩 | 据塔恩介绍，信是三月寄出的。
    安娜·维尔特 | 市长回应称，塔恩错了。
    国防部 | 国防部宣布将派遣士兵。
    安娜·维尔特 | 维尔特还强调，维修需要一年。
    """,
    "ja-hashi": """
         | ヴェルモラ橋は閉鎖された。
    アンナ・ヴェルト | ヴェルモラ市のアンナ・ヴェルト市長は、橋は安全ではないと述べた。
    アンナ・ヴェルト | 修理には一年かかると説明した。
    ボリス・ターン | 技師のボリス・ターンによると、ケーブルに問題はない。
    ボリス・ターン | 「それは間違いだ」とターン氏は語った。
    アンナ・ヴェルト | 市長は、ターン氏が間違っていると反論した。
    国防省 | 国防省は兵士を派遣すると発表した。
    """,
    "ko-dari": """
         | 벨모라 다리가 폐쇄됐다.
    안나 벨트 | 안나 벨트 시장은 다리가 안전하지 않다고 말했다.
    안나 벨트 | 그는 수리에 1년이 걸린다고 덧붙였다.
    보리스 타른 | 기술자 보리스 타른에 따르면 케이블은 문제가 없다.
    보리스 타른 | "그것은 실수입니다"라고 타른은 말했다.
    안나 벨트 | 시장은 타른이 틀렸다고 반박했다.
    국방부 | 국방부는 군인을 보내겠다고 발표했다.
    """,
    "id-jembatan": """
         | Jembatan Velmora ditutup.
    Anna Velt | "Jembatan itu berbahaya," kata Wali Kota Velmora Anna Velt.
    Anna Velt | Ia menambahkan bahwa perbaikan akan memakan waktu setahun.
    Boris Tarn | Menurut insinyur Boris Tarn, kabelnya masih baik.
    Boris Tarn | "Itu keliru," ujar Tarn.
    Anna Velt | Wali Kota menjawab bahwa Tarn salah.
    Kementerian Pertahanan | Kementerian Pertahanan mengumumkan akan mengirim tentara.
    """,
    "ko-umul": """
    페트라 홀름 | 콜비의 우물이 말랐다고 페트라 홀름 시장이 월요일 밝혔다.
    얀 위어 | 농부 얀 위어는 "비를 위해 오래 기도했다"고 말했다.
    경찰 | 경찰에 따르면 다친 사람은 없다.
    """,
    "vi-cau": """
         | Cầu Velmora đã đóng.
    Anna Velt | Thị trưởng Velmora Anna Velt nói rằng cây cầu không an toàn.
    Anna Velt | Bà nói thêm rằng việc sửa chữa sẽ mất một năm.
    Boris Tarn | Theo kỹ sư Boris Tarn, dây cáp vẫn tốt.
    Boris Tarn | "Đó là một sai lầm", Tarn nói.
    Anna Velt | Thị trưởng trả lời rằng Tarn sai.
    Bộ Quốc phòng | Bộ Quốc phòng thông báo sẽ gửi binh sĩ.
    """,
}

UNSPACED = {"zh", "ja", "th"}


def _read(article: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Returns an article's text, and who says what from where to where."""
    text = ""
    expected = []
    language = article.partition("-")[0]
    for line in ARTICLES[article].strip("\n").splitlines():
        speaker, bar, sentence = line.partition("|")
        if not bar:
            continue
        gap = "\n\n" if "¶" in sentence else "" if language in UNSPACED else " "
        text += gap if text else ""
        sentence = sentence.strip().lstrip("¶")
        expected.append((speaker.strip(), len(text), len(text) + len(sentence)))
        text += sentence
    return text, expected


CASES = [
    pytest.param(article, number, id=f"{article}-{number}")
    for article in ARTICLES
    for number in range(len(_read(article)[1]))
]


def _found(text: str, language: str, start: int, end: int) -> list[str]:
    sentences = tuple(split_sentences(text, language))
    spoken = find_speakers(text, language, sentences)
    return [
        text[it.speaker.start : it.speaker.end]
        for it in spoken
        if start <= (it.sentence.start + it.sentence.end) // 2 < end
    ]


@pytest.mark.parametrize(("article", "number"), CASES)
def test_a_sentence_is_said_by_whom_the_article_says(article: str, number: int) -> None:
    text, expected = _read(article)
    speaker, start, end = expected[number]
    found = _found(text, article.partition("-")[0], start, end)
    wanted = [name.strip() for name in speaker.split("+")] if speaker else []
    shown = f"{text[start:end]!r} is said by {found or 'nobody'}, not by {wanted or 'nobody'}"
    assert bool(found) == bool(wanted), shown
    assert all(any(name in other for other in found) for name in wanted), shown
    if len(wanted) == 1:
        assert all(wanted[0] in other for other in found), shown


SOMEBODY = [
    ("en", "Mayor Edda Velt opened the pier.", "One of them said that Velt promised more boats.", "One of them"),
    (
        "en",
        "Mayor Edda Velt opened the pier.",
        "Some of the sailors said that Velt promised more boats.",
        "Some of the sailors",
    ),
    ("en", "Mayor Edda Velt opened the pier.", "Another said that Velt promised more boats.", "Another"),
    ("en", "Mayor Edda Velt opened the pier.", "One said Velt promised more boats.", "One"),
    ("en", "Mayor Edda Velt opened the pier.", "It is said that Velt promised more boats.", ""),
    ("en", "Mayor Edda Velt opened the pier.", "Many complained that Velt promised more boats.", ""),
    (
        "en",
        "Mayor Edda Velt opened the pier.",
        "One of them, Ada Krull, said that Velt promised more boats.",
        "Ada Krull",
    ),
    (
        "de",
        "Bürgermeisterin Edda Velt kam.",
        "Einer von ihnen sagte, dass Velt mehr Boote versprach.",
        "Einer von ihnen",
    ),
    ("de", "Bürgermeisterin Edda Velt kam.", "Ein anderer sagte, dass Velt Boote ankündigte.", "Ein anderer"),
    ("fr", "La maire Edda Velt est venue.", "Un autre a dit que Velt promettait des bateaux.", "Un autre"),
    ("fr", "La maire Edda Velt est venue.", "Quelqu'un a dit que Velt promettait des bateaux.", "Quelqu'un"),
    ("es", "La alcaldesa Edda Velt vino.", "Uno de ellos dijo que Velt prometió más barcos.", "Uno de ellos"),
    ("es", "La alcaldesa Edda Velt vino.", "Otro afirmó que Velt prometió más barcos.", "Otro"),
    ("it", "È venuta la sindaca Edda Velt.", "Uno di loro ha detto che Velt ha promesso più barche.", "Uno di loro"),
    ("pt", "A prefeita Edda Velt veio.", "Outro afirmou que Velt prometeu mais barcos.", "Outro"),
    ("nl", "Burgemeester Edda Velt kwam.", "Een van hen zei dat Velt meer boten beloofde.", "Een van hen"),
    ("pl", "Burmistrz Edda Velt przyszła.", "Jeden z nich powiedział, że Velt obiecał łodzie.", "Jeden z nich"),
    ("ro", "Primărița Edda Velt a venit.", "Unul dintre ei a spus că Velt a promis bărci.", "Unul dintre ei"),
    ("ru", "Пришла мэр Эдда Вельт.", "Один из них сказал, что Вельт пообещал лодки.", "Один из них"),
    ("ru", "Пришла мэр Эдда Вельт.", "Другой заявил, что Вельт обещал лодки.", "Другой"),
    ("uk", "Прийшла мерка Едда Вельт.", "Один із них сказав, що Вельт пообіцяв човни.", "Один із них"),
    ("el", "Η δήμαρχος Έντα Βελτ ήρθε.", "Ένας από αυτούς είπε ότι ο Βελτ υποσχέθηκε σκάφη.", "Ένας από αυτούς"),
    (
        "id",
        "Wali kota Edda Velt datang.",
        "Salah satu dari mereka mengatakan bahwa Velt berjanji.",
        "Salah satu dari mereka",
    ),
    ("tr", "Belediye başkanı Edda Velt geldi.", "Bir denizci, Velt'in söz verdiğini söyledi.", "denizci"),
    ("ar", "جاءت رئيسة البلدية إيدا فيلت.", "قال أحدهم إن فيلت وعد بمزيد من القوارب.", "أحدهم"),
    ("fa", "شهردار ادا ولت آمد.", "یکی از آنها گفت که ولت قایق وعده داد.", "یکی از آنها"),
    ("en", "Mayor Edda Velt opened the pier.", "One day Velt said that more boats would come.", "Mayor Edda Velt"),
    ("en", "Mayor Edda Velt opened the pier.", "The mayor left without saying that it was late.", ""),
    ("hi", "मेयर एडा वेल्ट आईं।", "जिला कलेक्टर मीरा जोशी ने कहा कि पुल बंद है।", "जिला कलेक्टर मीरा जोशी"),
]


@pytest.mark.parametrize(("language", "before", "sentence", "speaker"), SOMEBODY)
def test_what_somebody_says_who_is_not_named_is_nobody_elses(
    language: str, before: str, sentence: str, speaker: str
) -> None:
    text = f"{before} {sentence}"
    assert _found(text, language, len(before), len(text)) == ([speaker] if speaker else [])


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "Velmont's managing director, Ada Krull, said her company would pay.", "managing director, Ada Krull"),
        ("en", "But the director of Velmont, Ada Krull, said the company planned to pay.", "Ada Krull"),
        ("en", "The chair of the harbour board, Ada Krull, denied it.", "chair of the harbour board, Ada Krull"),
        ("en", "The chair is late, said the mayor of Velmora.", "mayor of Velmora"),
    ],
)
def test_an_office_and_its_name_between_commas_speak_whatever_stands_behind_the_verb(
    language: str, text: str, speaker: str
) -> None:
    (found,) = _found(text, language, 0, len(text))
    assert speaker in found


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("渔业局局长方明亮8日宣布了这一消息。", ["渔业局局长方明亮"]),
        ("工程师何静12月3日表示，桥很危险。", ["工程师何静"]),
        ("乘客可以继续乘坐旧船，班次增加到每天四班。", []),
        ("何静说，桥很危险。她继续说，明年会修好。", ["何静", "何静"]),
    ],
)
def test_a_chinese_name_ends_before_the_day_and_nobody_speaks_who_only_goes_on(text: str, speakers: list[str]) -> None:
    assert _found(text, "zh", 0, len(text)) == speakers


@pytest.mark.parametrize(
    ("sentence", "speakers"),
    [
        ("من جهتها، اتهمت عضو المجلس البلدي سلمى العطار الشركة بالإهمال.", ["عضو المجلس البلدي سلمى العطار"]),
        ("واتهمت النائبة سلمى العطار الشركة بالإهمال.", ["النائبة سلمى العطار"]),
        ("وقالت إن الكلفة كبيرة.", []),
        ("وأضاف أن الكلفة كبيرة.", ["المهندس بدر برهان"]),
    ],
)
def test_an_arabic_woman_s_verb_is_no_man_s_words(sentence: str, speakers: list[str]) -> None:
    before = "وقال المهندس بدر برهان إن الجسر آمن."
    text = f"{before} {sentence}"
    assert _found(text, "ar", len(before), len(text)) == speakers


@pytest.mark.parametrize(
    ("language", "before", "sentence", "speaker"),
    [
        ("ru", "Тут живёт учительница Ада Круль.", "«Автобус ходит раз в день», — ворчит она.", "Ада Круль"),
        ("uk", "Тут живе вчителька Ада Круль.", "«Автобус ходить раз на день», — бурчить вона.", "Ада Круль"),
        ("ru", "Тут живёт учительница Ада Круль.", "«Автобус ходит раз в день», — ворчит Кира Лотт.", "Кира Лотт"),
        ("de", "Der Naturbund prüft den Bescheid.", "Dessen Sprecher Jan Krull kündigte eine Klage an.", "Jan Krull"),
        ("de", "Die Halle bleibt zu.", "Deren Leiterin Ada Krull sagte, das Geld fehle.", "Ada Krull"),
    ],
)
def test_a_word_behind_a_quotation_or_whose_at_the_beginning_hides_nobody(
    language: str, before: str, sentence: str, speaker: str
) -> None:
    text = f"{before} {sentence}"
    (found,) = _found(text, language, len(before), len(text))
    assert speaker in found


@pytest.mark.parametrize(
    ("language", "byline", "body", "speaker"),
    [
        (
            "fr",
            "De notre correspondante à Velmora, Maud Peyrac",
            "Le maire, Bastien Coudray, ne décolère pas. Il rappelle que la commune avait payé les salles.",
            "Bastien Coudray",
        ),
        (
            "fr",
            "*Par Maud Peyrac*",
            "Le maire, Bastien Coudray, est là. « On ira au bord de la route », soupire l'élu.",
            "Bastien Coudray",
        ),
        ("en", "By Dinah Larrow, transport editor", "The ferry is late. He said that it would come.", ""),
        ("en", "Photo: Hal Brennick", "The ferry is late. He said that it would come.", ""),
    ],
)
def test_who_wrote_the_article_or_took_its_picture_is_nobody_in_it(
    language: str, byline: str, body: str, speaker: str
) -> None:
    text = f"Velmora\n\n{byline}\n\n{body}"
    assert [speaker in found for found in _found(text, language, 0, len(text))] == [True] * bool(speaker)


def test_the_articles_have_enough_cases() -> None:
    assert len(CASES) >= 120
    assert len({article.partition("-")[0] for article in ARTICLES}) >= 20


def test_every_sentence_of_the_seed_has_its_speaker() -> None:
    text = (Path(__file__).parent.parent / "seeds" / "osce-security-guarantees.ar.txt").read_text(encoding="utf-8")
    sentences = tuple(split_sentences(text, "ar"))
    spoken: dict[str, list[str]] = {}
    for it in find_speakers(text, "ar", sentences):
        spoken.setdefault(text[it.sentence.start : it.sentence.end][:30], []).append(
            text[it.speaker.start : it.speaker.end]
        )
    wanted = {
        "وأمس الأربعاء، اعتبر": "غروشكو",
        "في المقابل، أعلن الأمين": "ستولتنبرغ",
        "واعتبرت وزارة الدفاع": "وزارة الدفاع الروسية",
        "وكان الكرملين": "الكرملين",
        "وقال ديمتري بيسكوف": "بيسكوف",
        "فيما استبعدت الولايات": "نيد برايس",
        "وبالتزامن، ندّدت": "السفارة الروسية",
        "وقال نائب وزير الخارجية": "ريابكوف",
        "كذلك، استبعدت روسيا": "روسيا",
        "وتتّهم الدول": "الدول الغربية",
        "وتنفي روسيا": "روسيا",
    }
    for beginning, speaker in wanted.items():
        (names,) = [names for sentence, names in spoken.items() if sentence.startswith(beginning)]
        assert any(speaker in name for name in names), (beginning, names)
    for silent in ("بدأ في مقر", "وهذا الاجتماع", "وكانت روسيا قد نشرت"):
        assert not [sentence for sentence in spoken if sentence.startswith(silent)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "es",
            "Puerto Brell abre su biblioteca de noche\n\nEl ayuntamiento de Puerto Brell aprobó que abra hasta "
            "medianoche.\n\nLa concejala Inés Maroto afirmó que costará poco.\n\nLa bibliotecaria jefe, que trabaja "
            "allí desde hace años, pidió dos vigilantes más.",
        ),
        (
            "en",
            "Port Brell opens its library at night\n\nThe council of Port Brell decided on Thursday that it may open "
            "until midnight.\n\nCouncillor Ines Marrow said it would cost little.\n\nThe head librarian asked for two "
            "more guards.",
        ),
    ],
)
def test_a_noun_stands_for_no_town_and_for_nobody_with_another_office(language: str, text: str) -> None:
    last = "".join(_found(text, language, text.rindex("\n"), len(text)))
    assert "Brell" not in last
    assert "Maro" not in last
    assert "Marrow" not in last


def test_a_noun_stands_for_the_one_with_an_office_whom_its_paragraph_names() -> None:
    text = (
        "La maternité fermera\n\nLe maire, Bastien Marou, ne décolère pas. « On va accoucher sur la route », s'emporte "
        "l'élu.\n\n« Je suis triste », confie Aïcha Benli, en poste depuis dix ans. Aïcha Benli partira."
    )
    assert _found(text, "fr", text.index("« On"), text.index("« Je")) == ["maire, Bastien Marou"]


def test_a_person_s_name_is_no_word_made_from_a_town_s() -> None:
    assert speaks("the mayor of Valcombe", "Mayor Philippa Dunstane", "en") < 0.5
    assert speaks("the Russian minister", "وزير الخارجية الروسي", "ar") >= 0.5


@pytest.mark.parametrize(
    ("direct", "carried"),
    [
        ("Anna Velt said that it rains.", "She added that it pours."),
        ("آنا فيلت قالت إن المطر قادم.", "وأضافت أنه قريب."),
    ],
)
def test_what_is_carried_over_is_less_certain(direct: str, carried: str) -> None:
    text = f"{direct} {carried}"
    language = "en" if direct.isascii() else "ar"
    first, second = find_speakers(text, language, tuple(split_sentences(text, language)))
    assert first.certainty > second.certainty
    assert first.speaker == second.speaker


def test_a_language_without_a_lexicon_is_read_with_that_of_its_script() -> None:
    text = "Анна Велт каза нещо. «Мост опасен», — сказала Анна Велт."
    assert find_speakers(text, "bg", tuple(split_sentences(text, "bg")))
    assert not find_speakers("", "und", ())


QUESTIONS = [
    ("en", "what did Stoltenberg say?", "Stoltenberg", ""),
    ("en", "What did the mayor of Velmora say about the bridge?", "the mayor of Velmora", "the bridge"),
    ("en", "What has Velt said about the letter?", "Velt", "the letter"),
    ("en", "What is Velt's position on the bridge?", "Velt", "the bridge"),
    ("en", "How did Tarn react to the letter?", "Tarn", "the letter"),
    ("en", "According to Tarn, what will happen?", "Tarn", "what will happen"),
    ("de", "Was sagte Gruschko über die NATO?", "Gruschko", "die NATO"),
    ("de", "Was hat Tarn über die Brücke gesagt?", "Tarn", "die Brücke"),
    ("de", "Was sagt die Bürgermeisterin von Velmora zur Brücke?", "die Bürgermeisterin von Velmora", "Brücke"),
    ("fr", "Qu'a dit la maire de Velmora sur le pont ?", "la maire de Velmora", "le pont"),
    ("fr", "Qu'est-ce que Tarn a dit ?", "Tarn", ""),
    ("es", "¿Qué dijo la alcaldesa sobre el puente?", "la alcaldesa", "el puente"),
    ("pt", "O que disse a prefeita de Velmora sobre a ponte?", "a prefeita de Velmora", "a ponte"),
    ("it", "Che cosa ha detto Tarn sul ponte?", "Tarn", "ponte"),
    ("ru", "Что сказал мэр?", "мэр", ""),
    ("ru", "Что сказал мэр Велморы о мосте?", "мэр Велморы", "мосте"),
    ("uk", "Що сказала мерка про міст?", "мерка", "міст"),
    ("pl", "Co powiedział Tarn o moście?", "Tarn", "moście"),
    ("nl", "Wat zei Tarn over de brug?", "Tarn", "de brug"),
    ("ro", "Ce a spus Tarn despre pod?", "Tarn", "pod"),
    ("el", "Τι είπε ο Ταρν για τη γέφυρα;", "ο Ταρν", "τη γέφυρα"),
    ("ar", "ماذا قال ستولتنبرغ عن أوكرانيا؟", "ستولتنبرغ", "أوكرانيا"),
    ("ar", "ماذا قالت رئيسة البلدية؟", "رئيسة البلدية", ""),
    ("fa", "شهردار درباره پل چه گفت؟", "شهردار", "پل"),
    ("ur", "میئر نے پل کے بارے میں کیا کہا؟", "میئر", "پل"),
    ("hi", "मेयर ने पुल के बारे में क्या कहा?", "मेयर", "पुल"),
    ("tr", "Anna Velt köprü hakkında ne dedi?", "Anna Velt", "köprü"),
    ("tr", "Belediye başkanı ne dedi?", "Belediye başkanı", ""),
    ("he", "מה אמרה ראשת העיר על הגשר?", "ראשת העיר", "הגשר"),
    ("zh", "维尔特对大桥说了什么？", "维尔特", "大桥"),
    ("zh", "市长说了什么？", "市长", ""),
    ("ja", "市長は橋について何と言いましたか？", "市長", "橋"),
    ("ko", "시장은 다리에 대해 뭐라고 말했나요?", "시장", "다리"),
    ("id", "Apa yang dikatakan Tarn tentang jembatan?", "Tarn", "jembatan"),
    ("vi", "Tarn nói gì về cây cầu?", "Tarn", "cây cầu"),
    ("th", "นายกเทศมนตรีพูดอะไรเกี่ยวกับสะพาน", "นายกเทศมนตรี", "สะพาน"),
]


@pytest.mark.parametrize(("language", "question", "speaker", "about"), QUESTIONS)
def test_a_question_tells_whose_words_it_asks_for(language: str, question: str, speaker: str, about: str) -> None:
    assert read_asked(question, language) == Asked(speaker, about, False)


def test_the_language_of_a_question_is_only_a_guess() -> None:
    assert read_asked("Was sagte Tarn?", "nl").speaker == "Tarn"
    assert read_asked("what did Tarn say?", "und").speaker == "Tarn"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Who said that the bridge is unsafe?"),
        ("de", "Wer sagte, dass die Brücke unsicher ist?"),
        ("fr", "Qui a dit que le pont est sûr ?"),
        ("es", "¿Quién dijo que el puente es seguro?"),
        ("pt", "Quem disse que a ponte é segura?"),
        ("ru", "Кто сказал, что мост опасен?"),
        ("uk", "Хто сказав, що міст небезпечний?"),
        ("ar", "من قال إن الجسر غير آمن؟"),
        ("fa", "چه کسی گفت که پل ایمن نیست؟"),
        ("hi", "किसने कहा कि पुल असुरक्षित है?"),
        ("tr", "Köprünün güvenli olmadığını kim söyledi?"),
        ("he", "מי אמר שהגשר מסוכן?"),
        ("zh", "谁说大桥不安全？"),
        ("it", "Chi ha detto che il ponte è sicuro?"),
        ("ja", "橋は安全だと誰が言いましたか？"),
    ],
)
def test_a_question_may_ask_who_said_something(language: str, question: str) -> None:
    asked = read_asked(question, language)
    assert asked.who, asked
    assert asked.about
    assert not asked.speaker


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Where is the bridge?"),
        ("en", "What is the capital of Velmora?"),
        ("de", "Wann wurde die Brücke gebaut?"),
        ("fr", "Où est le pont ?"),
        ("es", "¿Cuándo se construyó el puente?"),
        ("ru", "Когда построили мост?"),
        ("ar", "متى بُني الجسر؟"),
        ("zh", "大桥是什么时候建的？"),
        ("tr", "Köprü ne zaman yapıldı?"),
        ("hi", "पुल कब बना?"),
    ],
)
def test_other_questions_ask_for_no_ones_words(language: str, question: str) -> None:
    assert read_asked(question, language) == Asked("", "", False)


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        ("Stoltenberg", "الأمين العام لحلف الناتو، ينس ستولتنبرغ"),
        ("ستولتنبرغ", "NATO Secretary-General Jens Stoltenberg"),
        ("Stoltenberg", "генсек НАТО Йенс Столтенберг"),
        ("斯托尔滕贝格", "Jens Stoltenberg"),
        ("Stoltenberg", "北约秘书长斯托尔滕贝格"),
        ("Grushko", "نائب وزير الخارجية الروسي، ألكسندر غروشكو"),
        ("Песков", "ديمتري بيسكوف"),
        ("velt", "安娜·维尔特"),
        ("Velt", "アンナ・ヴェルト市長"),
        ("мэр", "Bürgermeisterin Anna Velt"),
        ("the mayor", "市长安娜·维尔特"),
        ("رئيسة البلدية", "Anna Velt, the mayor of Velmora"),
        ("the mayor of Velmora", "мэр Велморы Анна Вельт"),
        ("市长", "мерка Велмори Анна Вельт"),
        ("şansölye", "Bundeskanzlerin Lena Orff"),
        ("the Kremlin", "الكرملين"),
        ("defence ministry", "وزارة الدفاع الروسية"),
        ("secretary general", "генсек НАТО Йенс Столтенберг"),
        ("Anna Velt", "Mayor Velt"),
        ("Mayor Velt", "Anna Velt"),
    ],
)
def test_two_namings_of_the_same_are_recognised(speaker: str, name: str) -> None:
    assert speaks(speaker, name) >= 0.5


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        ("the mayor of Velmora", "the mayor of Kastel, Boris Tarn"),
        ("Velt", "Die Sprecherin von Anna Velt"),
        ("Velt", "Velt's spokesman, Carl Imre"),
        ("Anna Velt", "Boris Velt"),
        ("the mayor", "deputy mayor, Lena Orff"),
        ("Ryabkov", "ديمتري بيسكوف"),
        ("the president", "foreign minister Anna Velt"),
        ("维尔特", "维尔特的发言人"),
        ("Tarn", "Anna Velt"),
        ("", "Anna Velt"),
    ],
)
def test_two_namings_of_different_ones_are_told_apart(speaker: str, name: str) -> None:
    assert speaks(speaker, name) < 0.5


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                *(
                    '"',
                    "“",
                    "”",
                    "«",
                    "»",
                    ":",
                    ",",
                    ".",
                    "\n",
                    "Anna Velt",
                    "said",
                    "that",
                    "قال",
                    "إن",
                    "说",
                    "：",
                    "市长",
                ),
                *("he", "according to", "ने", "कहा", "dedi", "'s", "—", "mayor", "of", "был", "сказал", "что", "של"),
            ]
        ),
        max_size=40,
    ).map(" ".join),
    st.sampled_from([*load_lexicons(), "und"]),
)
def test_any_text_can_be_read(text: str, language: str) -> None:
    sentences = tuple(split_sentences(text, language))
    for spoken in find_speakers(text, language, sentences):
        assert spoken.sentence in sentences
        assert 0 <= spoken.speaker.start < spoken.speaker.end <= len(text)
        assert text[spoken.speaker.start : spoken.speaker.end].strip()
        assert 0 < spoken.certainty <= 1
    asked = read_asked(text, language)
    assert 0 <= speaks(asked.speaker, text[:80]) <= 1


@pytest.mark.parametrize("language", sorted(load_lexicons()))
def test_a_line_that_begins_with_any_word_and_ends_with_a_comma_can_be_read(language: str) -> None:
    for word in load_lexicons()[language].phrases:
        for text in (f"{word} Anna Velt,", f"{word} Anna Velt، {word},", f", {word} Anna Velt", f"{word},"):
            find_speakers(text, language, tuple(split_sentences(text, language)))


def test_twice_the_text_takes_about_twice_the_time() -> None:
    text, _ = _read("en-bridge")

    def measure(copies: int) -> float:
        long = "\n".join([text] * copies)
        sentences = tuple(split_sentences(long, "en"))
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            find_speakers(long, "en", sentences)
            best = min(best, time.process_time() - started)
        return best

    measure(2)
    assert measure(40) < 10 * measure(10)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("say = [", "say = [1, "), "say is not a list of words"),
        (lambda text: "colour = []\n" + text, "colour"),
        (lambda text: text.replace('subject = ["before", "after"]', 'subject = ["under"]'), "under"),
        (lambda text: text.replace("that = [", "thatt = ["), "thatt"),
        (lambda _: "=", "TOML"),
    ],
)
def test_a_lexicon_that_cannot_be_used_is_named(tmp_path: Path, change: object, told: str) -> None:
    file = tmp_path / "en.toml"
    assert callable(change)
    file.write_text(change((FOLDER / "en.toml").read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(PromptError, match=told) as caught:
        load_lexicons(tmp_path)
    assert "en.toml" in str(caught.value)


def test_a_language_is_added_by_adding_a_file(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "en.toml", tmp_path / "en.toml")
    shutil.copy(FOLDER / "en.toml", tmp_path / "sco.toml")
    assert set(load_lexicons(tmp_path)) == {"en", "sco"}
    (tmp_path / "other").mkdir()
    with pytest.raises(PromptError, match=r"en\.toml"):
        load_lexicons(tmp_path / "other")
