package import Exchange
import Vocabulary

/// With which label and to whom something goes out.
package struct Sharing: Sendable, Hashable {
    package var label: TLP
    package var recipients: Recipients

    package init(label: TLP, recipients: Recipients) {
        self.label = label
        self.recipients = recipients
    }
}

extension StixObject {
    /// The fact that the object becomes when it is shared. The envelope is never weaker than the object's own marking;
    /// nil when that makes it RED, which no machine carries.
    func draft(_ sharing: Sharing) -> FactDraft? {
        let label = max(label, sharing.label)
        guard label < .red else { return nil }
        return FactDraft(
            id: id, version: version, mediaType: StixObject.mediaType, tlp: label, recipients: sharing.recipients,
            isRevocation: isRevoked, bytes: bytes)
    }
}
