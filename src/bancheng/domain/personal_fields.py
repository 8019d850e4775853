"""What is known about a person, part by part: each is opened by its own name and for a purpose."""

from bancheng.domain.labelled import Labelled


class PersonalField(Labelled):
    """个人信息项: a part of what a matter holds about people, sealed until somebody opens it.

    Name, phone, identity number and address are those of the reporter or the applicant. The full
    text is what was written down in the matter in free words.
    """

    NAME = "name", "姓名"
    PHONE = "phone", "电话"
    ID_NUMBER = "id_number", "证件号码"
    ADDRESS = "address", "地址"
    FULL_TEXT = "full_text", "全文"
    AGENT_NAME = "agent_name", "代办人姓名"
    AGENT_PHONE = "agent_phone", "代办人电话"
    AGENT_ID_NUMBER = "agent_id_number", "代办人证件号码"
    DELIVERY_ADDRESS = "delivery_address", "收件地址"
