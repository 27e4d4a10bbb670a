import Vocabulary

extension Phrase {
    static let heldElsewhere = Phrase(vi: "Quyền do nút khác cấp", en: "Given by other nodes")
    static let heldLead = Phrase(
        vi: "Nút cung cấp tự cấp quyền này. Muốn đổi, hãy liên hệ đơn vị cung cấp.",
        en: "The provider's node gave this by itself. To change it, ask the provider.")
    static let giveBack = Phrase(vi: "Trả lại quyền", en: "Give it back")
    static let giveBackLead = Phrase(
        vi: """
            Nút này ngừng gọi ngay và báo cho nút cung cấp; nút đó chấm dứt quyền, ghi lại lý do và báo cho cán bộ của \
            mình. Quyền đã trả không mở lại được.
            """,
        en: """
            This node stops calling at once and tells the provider's node, which ends the grant, keeps the reason and \
            tells its officers. What was given back stays so.
            """)
    static let wasGivenBack = Phrase(vi: "Đã trả lại", en: "Given back")
    static let awaitsEnd = Phrase(vi: "Đã trả lại, chờ xác nhận", en: "Given back, not yet confirmed")
    static let awaitsEndLead = Phrase(
        vi: "Nút này không còn gọi theo quyền này. Nút cung cấp chưa xác nhận; nút này báo lại cho tới khi được.",
        en: """
            This node calls under it no more. The provider's node has not confirmed it yet, and is told again until \
            it does.
            """)
    static let endIsNotTaken = Phrase(vi: "Đã trả lại, chưa chấm dứt", en: "Given back, not ended there")
    static let noDoorLead = Phrase(
        vi: "Chương trình của nút cung cấp là bản cũ, chưa nhận việc trả lại.",
        en: "The program of the provider's node is an older one and does not take this.")
    static let refusedLead = Phrase(
        vi: "Nút cung cấp không nhận và trả lời:", en: "The provider's node does not take it and answers:")
    static let askTheProvider = Phrase(
        vi: """
            Hãy đề nghị đơn vị cung cấp chấm dứt quyền ở nút của mình. Nút này không còn gọi theo quyền này và vẫn báo \
            lại.
            """,
        en: """
            Ask its department to end the grant there. This node calls under it no more, and goes on telling that node.
            """)
    static let unknownThere = Phrase(vi: "Đã trả lại, nơi cấp không có", en: "Given back, unknown there")
    static let unknownThereLead = Phrase(
        vi: """
            Nút cung cấp xác nhận, có chữ ký, rằng ở đó không có quyền này cho ứng dụng của nút này. Không còn gì để \
            chấm dứt.
            """,
        en: """
            The provider's node confirmed, signed, that it has no such grant for an application of this node. There is \
            nothing left to end.
            """)
}
