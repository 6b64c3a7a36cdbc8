"""What an auditor reads of a case's process, its proofs and its readers, in words."""

import re

from api.pages.desk_words import EVENTS, PEOPLE, deed_title
from audit.recordings import Cause
from domain.actors import Role
from domain.contracts.audits import Standing
from domain.rights import Ground, Operation

ACTIVITIES = {
    "record_transition": "запись в журнал",
    "find_history": "поиск прошлых обращений",
    "read_contacts": "чтение адресов для связи",
    "check_registries": "проверка по реестрам",
    "check_account_security": "проверка учётной записи",
    "read_account_log": "чтение журнала входов",
    "check_scan": "проверка скана",
    "verify_consent": "проверка подписи под согласием",
    "unlock_account": "разблокировка учётной записи",
    "secure_account": "защита учётной записи",
    "check_service": "запрос в сервис",
    "resend_to_service": "повторная отправка в сервис",
    "process_package": "обработка пакета документов",
    "issue_password": "выдача одноразового пароля",
    "prepare_data": "подготовка данных",
    "destroy_data": "уничтожение подготовленных данных",
    "send_code": "отправка кода",
    "open_linked": "открытие связанного обращения",
    "report_failure": "сообщение о сбое",
    "tell_appeals": "сообщение обращениям об инциденте",
    "deliver_messages": "доставка сообщений",
}
_KINDS = {
    "workflow_execution_started": "процесс начат",
    "workflow_execution_signaled": "получен сигнал",
    "workflow_execution_update_accepted": "принята команда",
    "timer_fired": "наступил срок таймера",
    "activity_task_completed": "получен ответ",
    "activity_task_failed": "получен отказ",
    "activity_task_timed_out": "не дождались ответа",
}
GROUNDS = {
    Ground.OWN_APPEAL: "своё обращение",
    Ground.TASK: "обращение ждёт решения этой роли",
    Ground.UNIT: "обращение подразделения",
    Ground.SUPERVISION: "надзор руководителя",
    Ground.AUDIT: "аудит",
    Ground.REPORT: "сообщение реестра",
    Ground.PROCESS: "работа системы",
}
LOOKS = {
    Operation.READ_APPEAL: "Прочитано обращение",
    Operation.READ_PERSONAL_DATA: "Прочитаны личные данные",
    Operation.READ_JOURNAL: "Прочитан журнал",
    Operation.READ_RESULT: "Прочитан результат",
    Operation.READ_PROTOCOL: "Прочитан протокол",
    Operation.READ_CHAIN_JOURNAL: "Прочитан журнал связанных обращений",
    Operation.READ_PAPER: "Прочитан документ",
    Operation.FETCH_DATA: "Получены данные учётной записи",
    Operation.LIST_FILES: "Просмотрен список файлов",
    Operation.READ_FILE: "Открыт файл",
    Operation.DECODE_PAYLOADS: "Открыто содержание в движке",
    Operation.READ_MESSAGES: "Прочитаны сообщения",
    Operation.WORK_ON_APPEAL: "Обращение открыто на рабочем столе",
    Operation.GIVE_HELP: "Открыто поле, с которым просили помочь",
    Operation.CHECK_REPLY: "Открыт ответ для проверки качества",
    Operation.LIST_APPEALS: "Найдено по данным заявителя",
    Operation.AUDIT_CASES: "Найдено по данным заявителя",
    Operation.TAKE_EVIDENCE: "Взяты доказательства по обращению",
}
TAKEN_FOR = {
    "number": "номер обращения",
    "phone": "телефон",
    "email": "электронная почта",
    "snils": "СНИЛС",
    "inn": "ИНН",
    "passport": "паспорт",
}


def fact_in_words(kind: str) -> str:
    """What an entry of the journal is called; a kind that nobody knows was put there by somebody."""
    return EVENTS.get(kind, f"Неизвестный вид записи {kind}")


def role_in_words(role: str) -> str:
    """Who acted, whatever is written there."""
    return PEOPLE.get(Role(role), role) if role in set(Role) else role


def cause_in_words(cause: Cause) -> str:
    """«принята команда «Ответить заявителю»»."""
    kind = _KINDS[cause.kind]
    if cause.kind == "workflow_execution_update_accepted" and cause.about:
        return f"{kind} «{deed_title(cause.about)}»"
    if cause.kind.startswith("activity"):
        return f"{kind}: {ACTIVITIES.get(cause.about, cause.about)}"
    return kind


def look_in_words(operation: str) -> str:
    """What was looked at."""
    return LOOKS.get(Operation(operation), operation)


CHECKS = {
    "chain_is_whole": "Цепочка хешей журнала цела",
    "entries_are_logged": "Каждая запись есть в подписанном журнале",
    "nobody_opens_what_was_erased": "Обращение не скрыто под видом удалённого",
    "process_replays": "Процесс, выполненный заново по истории, пришёл к тому же",
    "journal_is_what_the_process_told": "В журнале ровно то, что записал процесс",
    "register_is_the_fold": "Карточка, задачи и поиск следуют из журнала",
    "messages_are_what_the_process_queued": "Сообщения — те, которые назначил процесс",
    "messages_stand_as_was_noted": "Что стало с сообщениями, записали те, кто их доставлял",
    "register_is_what_an_erasure_leaves": "От удалённого обращения осталось только то, что должно",
}
VERDICTS = {
    Standing.HOLDS: "Обращение подлинно",
    Standing.ERASED: "Удалённое обращение цело",
    Standing.AHEAD: "Обращение в работе: журнал на шаг впереди процесса",
    Standing.DIVERGED: "Найдены расхождения",
}
_ENTRY = r"journal entry (\d+)"
_FINDINGS = [
    (rf"{_ENTRY}: missing; the next one there is (-?\d+)", "Записи {0} нет: на её месте запись {1}."),
    (rf"{_ENTRY}: does not follow the one before it", "Запись {0} не продолжает предыдущую: цепочка разорвана."),
    (rf"{_ENTRY}: does not say what its hash says", "Запись {0} изменена: содержание не сходится с её хешем."),
    (rf"{_ENTRY}: is kept under another type than its own", "Запись {0} лежит под чужим видом события."),
    (
        rf"{_ENTRY}: does not say of the person what its digest says",
        "В записи {0} изменены личные данные: они не сходятся с их хешем.",
    ),
    (rf"{_ENTRY}: it is not in the log", "Записи {0} нет в подписанном журнале."),
    (rf"{_ENTRY} \((\w+)\) is not what the process told", "Запись {0} («{1}») — не то, что записал процесс."),
    (
        r"journal entry with sequence (\d+) \((\w+)\) is missing",
        "Нет записи «{1}», которую сделал процесс: его факта № {0}.",
    ),
    (rf"{_ENTRY} \((\w+)\) is not of the process, .*", "Запись {0} («{1}») сделал не процесс: он уже завершён."),
    (
        r"event (\d+) of run \S+: recorded is .*",
        "Событие {0} процесса: в истории не то, что процесс делает при повторном выполнении.",
    ),
    (r"run \S+: recorded is .*", "Процесс по этой истории идёт иначе, чем в ней записано."),
    (r"the register has a case without a journal", "В реестре есть карточка, а журнала нет."),
    (r"the register calls it erased, .*", "Реестр называет обращение удалённым, а его ключ на месте."),
    (r"table (\w+): (\d+) rows, .* gives (\d+)", "Таблица {0}: строк {1}, а по журналу должно быть {2}."),
    (r"table (\w+): another (\w+) than the journal gives", "Таблица {0}: поле {1} не такое, как следует из журнала."),
    (r"table (\w+): another (\w+) than an erasure leaves", "Таблица {0}: поле {1} не такое, как после удаления."),
    (r"table (\w+): rows of an erased case", "Таблица {0}: остались строки удалённого обращения."),
    (r"table appeal: it is called erased, .*", "Карточка и конец журнала говорят об удалении разное."),
    (r"message (\S+): another (\w+) than the process gave it", "Сообщение {0}: поле {1} не такое, как дал процесс."),
    (r"message (\S+) is missing", "Сообщения {0} нет, а процесс его назначил."),
    (r"message (\S+) is not of the process, .*", "Сообщение {0} назначил не процесс: он уже завершён."),
    (
        r"message (\S+): it is called (\w+), and nobody has noted that",
        "Сообщение {0}: состояние {1} не записал тот, кто его доставлял.",
    ),
    (
        r"message (\S+): another state than was noted",
        "Сообщение {0}: состояние или его время не такое, как записал тот, кто его доставлял.",
    ),
    (r"message (\S+): it still says something", "Сообщение {0} удалённого обращения всё ещё что-то говорит."),
    (r"register: something sealed .*", "В реестре изменено или переставлено то, что лежит под ключом обращения."),
    (r"journal: an entry, though .*", "Есть запись с верным хешем, какую процесс не делает."),
    (
        r"event (\d+) of run \S+: what is there does not open.*",
        "Событие {0} процесса не открывается: оно изменено или взято из другого процесса.",
    ),
    (r"neither the engine nor the archive has its history", "Истории процесса нет ни в движке, ни в архиве."),
    (r"the engine does not give its history: (\w+)", "Движок не отдаёт историю процесса: {0}."),
    (r"there is no key of .*", "Ключа этого обращения нет."),
    (r"What is kept as the key of .*", "Под именем ключа этого обращения лежит чужой ключ."),
    (r".* is not what was put there", "Архив истории изменён."),
    (r".* can't be read: .*", "Архив истории не читается."),
    (r".* does not open with the key of its case", "Архив истории не открывается ключом обращения."),
    (r"its key is destroyed, and no consent .*", "Ключ уничтожен, а согласия на удаление нет."),
    (r"its key is destroyed, and the register .*", "Ключ уничтожен, а карточки или журнала в реестре нет."),
    (r"it can't be checked, .*", "Это нельзя проверить из-за того, что найдено раньше."),
    (r"its verification broke off", "Проверка оборвалась. Запустите её ещё раз."),
]


def finding_in_words(text: str) -> str:
    """A finding of the verification as a sentence; one that has none here is shown as it is."""
    for pattern, sentence in _FINDINGS:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return sentence.format(*(EVENTS.get(part, part) for part in found.groups()))
    return text
