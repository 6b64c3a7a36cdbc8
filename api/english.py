"""Problems in English, for those who ask for it: the titles of the catalogue, and each sentence by its Russian one.

A row holds for every text of its form: what stands in braces is carried over, translated where it has a row itself.
"""

import re
from functools import cache

from api.catalogue import CATALOGUE
from api.problem import FieldProblem, Problem

_CODE_RULE = "the first two digits are a region's code, from 01 to 99"

SENTENCES: dict[str, str] = {
    # Fields.
    "Обязательное поле не заполнено.": "This field is required.",
    "Обязательное поле не заполнено: нужно ровно одно значение.": "This field is required, exactly once.",
    "Такого поля нет: проверьте имя.": "There is no such field: check its name.",
    "Слишком длинно: не больше {max_length} знаков.": "Too long: at most {max_length} characters.",
    "Слишком коротко: не меньше {min_length} знаков.": "Too short: at least {min_length} characters.",
    "Нужна строка.": "A string is needed.",
    "Недопустимое значение.": "This value is not permitted.",
    "Недопустимое значение. Допустимы: {expected}.": "This value is not permitted. Permitted: {expected}.",
    "Неизвестный вид. Допустимы: {expected_tags}.": "Unknown type. Permitted: {expected_tags}.",
    "Не указан вид: поле {discriminator}.": "The type is missing: field {discriminator}.",
    "Нужно true или false.": "true or false is needed.",
    "Нужно целое число.": "An integer is needed.",
    "Нужно число.": "A number is needed.",
    "Не меньше {ge}.": "At least {ge}.",
    "Не больше {le}.": "At most {le}.",
    "Слишком много: не больше {max_length}.": "Too many: at most {max_length}.",
    "Слишком мало: не меньше {min_length}.": "Too few: at least {min_length}.",
    "Нужно время с часовым поясом, например {sample}.": "A time with its zone is needed, such as {sample}.",
    "Недопустимые знаки.": "It holds characters that are not permitted.",
    "Нужен объект JSON.": "A JSON object is needed.",
    "Нужен список.": "A list is needed.",
    "Неизвестный часовой пояс. Пример: {sample}.": "Unknown time zone. Example: {sample}.",
    "Этот канал не для обращений извне.": "This channel is not for appeals from outside.",
    "Такую связь устанавливает только сама система.": "Only the system itself makes this relation.",
    "Файл слишком большой: нужен не больше {megabytes} МБ.": "The file is too big: at most {megabytes} MB.",
    "Каждый сервис назовите один раз.": "Name each service once.",
    "Такого сервиса нет: проверьте имя. Допустимы: {names}.": "There is no such service. Permitted: {names}.",
    "Это время ещё не наступило: укажите, когда обращение поступило.": "This time is in the future.",
    "Слишком давно: обращение поступило не раньше чем {days} дней назад.": "Too long ago: at most {days} days.",
    "Укажите что-то одно: номера обращений или условия отбора.": "Give either numbers or a filter.",
    "Назовите хотя бы одно условие отбора.": "Name at least one condition of the filter.",
    "Последний день раньше первого: поменяйте их местами.": "The last day is before the first one: swap them.",
    "Период слишком длинный: не больше {days} дней.": "The period is too long: at most {days} days.",
    "Нужен день, например {sample}.": "A day is needed, such as {sample}.",
    # Identifiers.
    "{name}: поле не заполнено. Нужно: {rule}.": "{name}: empty. Needed: {rule}.",
    "{name}: допустимы только цифры, пробелы и дефисы. Нужно: {rule}.": "{name}: digits, blanks, hyphens: {rule}.",
    "{name} — {length} цифр, у вас {given}. Проверьте, {fault}.": "{name}: {length} digits, not {given}: {fault}",
    "{name} — {length} цифр, у вас {given}. Образец: {sample}.": "{name}: {length} digits, not {given}: {sample}.",
    "не пропущена ли цифра": "is one missing?",
    "нет ли лишней цифры": "is there one too many?",
    "ИНН": "INN",
    "ИНН физического лица": "INN of a person",
    "СНИЛС": "SNILS",
    "Паспорт": "Passport",
    "Серия и номер паспорта": "Series and number of the passport",
    "Телефон": "Phone",
    "Номер телефона вместе с +7 или 8": "Phone number with +7 or 8",
    "Номер обращения": "Appeal number",
    "10 цифр у организации, 12 цифр у физического лица": "10 digits for an organisation, 12 for a person",
    "12 цифр у физического лица": "12 digits for a person",
    "11 цифр, например {sample}": "11 digits, such as {sample}",
    "серия из 4 цифр и номер из 6, например {sample}": "a series of 4 digits and a number of 6, such as {sample}",
    "+7 и 10 цифр, например {sample}": "+7 and 10 digits, such as {sample}",
    "{length} цифр, например {sample}": "{length} digits, such as {sample}",
    "ИНН организации — 10 цифр, физического лица — 12, у вас {given}. Проверьте, все ли цифры на месте.": (
        "The INN of an organisation has 10 digits, that of a person 12, you sent {given}."
    ),
    "ИНН не может начинаться с двух нулей: первые две цифры — код региона, от 01 до 99.": (
        f"An INN does not begin with two zeros: {_CODE_RULE}."
    ),
    "Контрольные цифры ИНН не сходятся: проверьте, нет ли опечатки. "
    "ИНН указан в свидетельстве о постановке на учёт в налоговом органе.": (
        "The check digits of the INN do not fit: look for a slip."
    ),
    "Номер СНИЛС не может состоять из нулей. Образец: {sample}.": "A SNILS is not all zeros. Example: {sample}.",
    "Контрольные цифры СНИЛС не сходятся: проверьте, нет ли опечатки. Образец: {sample}.": (
        "The check digits of the SNILS do not fit: look for a slip. Example: {sample}."
    ),
    "Серия паспорта не может начинаться с двух нулей: первые две цифры — код региона, от 01 до 99.": (
        f"A passport's series does not begin with two zeros: {_CODE_RULE}."
    ),
    "Номер паспорта не может состоять из нулей: укажите 6 цифр, которые напечатаны после серии.": (
        "A passport's number is not all zeros: send the 6 digits after the series."
    ),
    "Дата — день, месяц и четыре цифры года. Образец: {sample}.": (
        "A date is day, month and a year of four digits. Example: {sample}."
    ),
    "Такого дня в календаре нет: проверьте день и месяц. Образец: {sample}.": (
        "The calendar has no such day: check day and month. Example: {sample}."
    ),
    "Этот день ещё не наступил: укажите дату выдачи, которая напечатана в паспорте.": (
        "This day is in the future: send the date of issue that is printed in the passport."
    ),
    "Паспорта России выдают с 1 октября 1997 года: проверьте год в дате выдачи.": (
        "Passports of Russia are issued since 1 October 1997: check the year."
    ),
    "Российский номер телефона начинается с +7 или с 8. Образец: {sample}.": (
        "A Russian phone number begins with +7 or 8. Needed: {sample}."
    ),
    "Такого кода в российских номерах нет, проверьте первые цифры. Образец: {sample}.": (
        "No Russian number has such a code: check the first digits. Needed: {sample}."
    ),
    "В адресе электронной почты должен быть ровно один знак «@». {sample}": (
        "An e-mail address has exactly one @. {sample}"
    ),
    "Укажите только адрес электронной почты, без имени и скобок. {sample}": (
        "Send the e-mail address alone, without name and brackets. {sample}"
    ),
    "В адресе электронной почты ошибка: проверьте, нет ли лишних знаков и верно ли указано всё, что стоит после «@». "
    "{sample}": "The e-mail address is wrong: check what stands after the @. {sample}",
    "Образец: {sample}.": "Example: {sample}.",
    "Номер обращения не начинается с нуля: проверьте первую цифру. Образец: {sample}.": (
        "An appeal number does not begin with a zero. Example: {sample}."
    ),
    "В номере обращения опечатка: одна из цифр неверна или две переставлены местами. "
    "Сверьте его, пожалуйста, с письмом или сообщением о регистрации.": (
        "There is a slip in the appeal number: a wrong digit, or two that changed places."
    ),
    "Ответы заявителям проверяет контроль качества.": "Quality control checks the replies to citizens.",
    "Этот ответ уже проверили.": "Somebody has checked this reply before.",
    "Выберите другой из списка.": "Take another one from the list.",
    # The request itself.
    "Тело запроса — не JSON.": "The body is not JSON.",
    "Тело запроса вложено слишком глубоко: не больше {levels} уровней.": "Nested too deeply: at most {levels}.",
    "NaN и Infinity — не JSON.": "NaN and Infinity are not JSON.",
    "В теле запроса одно и то же поле названо дважды.": "The body names a field twice.",
    "Число в теле запроса слишком велико.": "A number in the body is too great.",
    "В теле запроса половина знака Юникода.": "The body holds half a character of Unicode.",
    "Тело запроса сжато: отправьте его без Content-Encoding.": "Send the body without Content-Encoding.",
    "Повторите запрос не раньше чем через {seconds} с.": "Ask again in {seconds} s, not before.",
    # Who calls.
    "В запросе нет токена доступа.": "The request brings no access token.",
    "Токен доступа недействителен или просрочен.": "The access token is not valid, or not any more.",
    "Запросите у издателя токен с разрешением {scope}.": "Ask the issuer for a token with the scope {scope}.",
    "Открыть обращение может заявитель, его портал или оператор.": "Citizens, their portal, operators open appeals.",
    "Вход длился слишком долго или начат в другом окне. Войдите ещё раз.": "Signing in took too long. Sign in again.",
    "Вход отменён. Войдите ещё раз, когда будете готовы.": "Signing in was cancelled. Sign in when you are ready.",
    "Для этой учётной записи здесь нет роли. Войдите под другой.": "This account has no role here.",
    "Эта учётная запись — для программ. Войдите под своей.": "This account is for programs. Sign in with your own.",
    "Это решение принимает сотрудник с другой ролью.": "Somebody in another role takes this decision.",
    "Документ читают заявитель и те, кто решает обращение.": "The citizen and who decide on the appeal read it.",
    "Файлы прикладывают заявитель, его портал и оператор.": "The citizen, their portal and operators attach files.",
    "Файлы видят заявитель и те, кто решает обращение.": "The citizen and who decide on the appeal see its files.",
    "Доказательство читают заявитель, его портал, аудитор и руководитель.": (
        "The citizen, their portal, auditors and supervisors read proofs."
    ),
    "Журнал проверки читают аудитор и руководитель.": "Auditors and supervisors read the log.",
    "Показатели читают руководитель, контроль качества и аудитор.": (
        "Supervisors, quality control and auditors read the figures."
    ),
    "Уведомлениями портала управляет только сам портал.": "Only a portal itself manages its webhooks.",
    "Содержание обращений в движке читает только аудитор.": "Only an auditor reads what the engine keeps.",
    "Запросить удаление может руководитель.": "A supervisor asks for erasure.",
    "Согласиться на удаление может контроль качества.": "Quality control consents to erasure.",
    "Данные получает только заявитель в личном кабинете на портале.": "Only the citizen gets the data.",
    "Решение сразу по многим обращениям принимает руководитель.": "A supervisor decides on many appeals at once.",
    "Отчёт по пакету читают руководитель и аудитор.": "Supervisors and auditors read the report of a batch.",
    "Отменить пакет может руководитель.": "A supervisor cancels a batch.",
    "Войдите под другой ролью.": "Sign in with another role.",
    "Согласие даёт другой сотрудник, не тот, кто запросил удаление.": "Another person has to consent.",
    # Papers and erasure.
    "Ответа на обращение ещё нет. О нём сообщим сразу.": "There is no answer yet. We will tell of it at once.",
    "Письменный запрос составляется, когда известно ваше первое обращение и собран пакет документов.": (
        "It is written when the first appeal is known and the documents are complete."
    ),
    "Официального решения ещё нет. О нём сообщим сразу.": "There is no official decision yet.",
    "Запрос на удаление изменился. Проверьте его ещё раз.": "The request has changed. Look at it again.",
    "Удаление никто не запросил, или срок запроса истёк.": "Nobody has asked for it, or the request has expired.",
    "Срок хранения считает система: выберите другое основание.": "Choose another ground.",
    "Это карточка сбоя: персональных данных в ней нет.": "This is an incident: it tells of no person.",
    "Обращение ещё не завершено: удалить его можно после закрытия.": "The appeal is not over yet.",
    "Ключ к ним уничтожен, или его никогда не было.": "Their key is destroyed, or there never was one.",
    "Они запечатаны не этой системой или повреждены.": "They were not sealed by this system, or are damaged.",
    # Decisions.
    "Пока вы решали, обращение изменилось. Посмотрите, что произошло, и решите ещё раз.": (
        "The appeal has changed since you looked. See what happened and decide again."
    ),
    "Обращение не найдено.": "There is no such appeal.",
    "Под этим ключом уже принято другое решение.": "Another decision was taken under this key.",
    "Обращение закрыто.": "The appeal is closed.",
    "Такое решение уже принято, и обращение его выполняет.": "It was taken already, and is being acted on.",
    "Обращение сейчас не ждёт такого решения.": "The appeal does not await such a decision now.",
    "Статус уже сообщён много раз. Его всегда видно в карточке обращения.": (
        "The status was told many times. It can always be read."
    ),
    "К обращению больше нельзя добавлять сведения. Дождитесь ответа по нему.": (
        "Nothing more can be added. Wait for the answer."
    ),
    "Время шага ещё не наступило: укажите, когда он на самом деле сделан.": "The time of a step is in the future.",
    "Укажите шаги, сделанные после выдачи одноразового пароля ({since}).": (
        "Report steps that were made after the one-time password was issued."
    ),
    "Добавьте текст или файлы.": "Add a text or files.",
    "Обращение ждёт данных: отправьте их ответом на запрос (SupplyDetails).": (
        "The appeal awaits details: send them as SupplyDetails."
    ),
    "Обращение уже отнесено к этой категории.": "The appeal is of this category already.",
    "Обращение в вышестоящую инстанцию не переносят в другую категорию.": "An escalation keeps its category.",
    "Обращение в вышестоящую инстанцию завершает официальное решение отдела контроля качества.": (
        "An escalation ends with the official decision of quality control."
    ),
    "Такой версии производственного календаря нет.": "There is no such version of the calendar.",
    "Этот сервис не относится к обращению: назовите один из указанных в нём.": "It is not about this service.",
    "В сообщении нет ни одного из нужных данных.": "None of the details that are needed is given.",
    "Назначьте время обработки: либо в часах, либо в рабочих днях.": "Set the term: in hours or in working days.",
    "Время обработки — целое число от 1 до 1000.": "The term is an integer from 1 to 1000.",
    "Назовите нормативные акты, на которых основан ответ.": "Name the acts that the answer rests on.",
    "Так уже ответили на обращение {number}. Учтите то, что уже сделано.": "Appeal {number} was answered so already.",
    "На правовой вопрос отвечает юрист. Если вопрос не правовой, отнесите обращение к другой категории.": (
        "A lawyer answers legal questions. If it is none, classify the appeal anew."
    ),
    "Сейчас передать нечего: обращение не ждёт решения, которое может принять другое подразделение.": (
        "There is nothing to hand over: it awaits no decision of another unit."
    ),
    "Обращение уже у этого подразделения.": "The appeal is with this unit already.",
    "Обращение никто не брал в работу.": "Nobody has taken the appeal.",
    "Обращение уже у вас в работе.": "You have taken the appeal already.",
    "Обращение уже в работе у сотрудника {name}. Передать его другому может руководитель.": (
        "The appeal is in the hands of {name}. A supervisor can take it over."
    ),
    "По сотруднику обращения отбирают только сотрудники.": "Only the staff filter by who has taken an appeal.",
    "Укажите результаты диагностики сети: потери пакетов в процентах и задержку в миллисекундах.": (
        "Give the network's packet loss in percent and its latency in milliseconds."
    ),
    "Потери пакетов и задержку указывают только в диагностике сети.": "Only the check of the network is measured.",
    "Что возвращено к прежней версии, указывают только при проверке журнала изменений сайта.": (
        "Only the check of the change log tells what was rolled back."
    ),
    "Обращение не о техническом сбое.": "The appeal is not about a technical failure.",
    "Сбой устраняют первая линия, вторая линия или команда разработки: выберите одну из них.": (
        "First line, second line or developers mend a failure: choose one of them."
    ),
    "Укажите вид сбоя: без него сбой не попадёт в журнал.": "Give the kind of the failure.",
    "Обращение сообщает о другом сбое.": "The appeal is about another failure.",
    "Обращение уже присоединено к критическому сбою.": "The appeal has joined an incident already.",
    "Обращение не ждёт устранения этого критического сбоя.": "The appeal does not wait for this incident.",
    "Укажите причину блокировки: ошибки входа, подбор пароля или блокировки нет.": "Give the reason of the lock.",
    "Учётная запись в реестре не найдена: менять в ней ничего нельзя.": "There is no such account to change.",
    "Учётная запись в реестре не найдена: подтвердить совпадение нельзя.": "There is no such account.",
    "Телефон не совпадает с учётной записью: личность абонента не установлена.": (
        "The phone is not that of the account: the caller is not identified."
    ),
    "Не совпадает с учётной записью: {contacts}. Туда уйдёт ответ с кодом: подтвердить нельзя.": (
        "Not as the account has it: {contacts}. The code would go there, so this can't be confirmed."
    ),
    "телефон": "phone",
    "адрес электронной почты": "e-mail address",
    "адрес электронной почты, телефон": "e-mail address, phone",
    "Вам отправлен новый код. Введите его.": "A new code was sent. Enter that one.",
}
_ANYTHING = SENTENCES["Недопустимое значение."]
_SLOT = re.compile(r"\{(\w+)\}")
_NUMBERS = {"length", "given", "levels", "seconds", "days", "megabytes", "max_length", "min_length"}


def in_english(problem: Problem) -> Problem:
    """The same problem for those who read English; its code, its fields and what it expects stay as they are."""
    entry = CATALOGUE.get(problem.code)
    title = entry.title if entry else "The request was not served"
    usual = entry.detail if entry else "Look it up in the description of the API."
    return problem.model_copy(
        update={
            "title": title,
            "detail": translated(problem.detail) or usual,
            "errors": [_field_in_english(each) for each in problem.errors],
        }
    )


def _field_in_english(field: FieldProblem) -> FieldProblem:
    entry = CATALOGUE.get(field.code)
    return field.model_copy(update={"message": translated(field.message) or (entry.detail if entry else _ANYTHING)})


def translated(text: str) -> str | None:
    """The English for a Russian sentence, if there is a row for it."""
    if text in SENTENCES:
        return SENTENCES[text]
    for form, english in _forms():
        if found := form.fullmatch(text):
            slots = {name: translated(value) or value for name, value in found.groupdict().items()}
            return english.format_map(slots)
    return None


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    return [(_form(russian), english) for russian, english in SENTENCES.items() if _SLOT.search(russian)]


def _form(russian: str) -> re.Pattern[str]:
    # What splits with a group in the pattern alternates: text, name, text, name, text.
    parts = _SLOT.split(russian)
    return re.compile("".join(_slot(each) if at % 2 else re.escape(each) for at, each in enumerate(parts)))


def _slot(name: str) -> str:
    return rf"(?P<{name}>{'[0-9]+' if name in _NUMBERS else '.+'})"
