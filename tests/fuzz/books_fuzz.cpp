// Any bytes as an audit file: places lie inside of it, a reading that is called sound has a G85
// that matched, and a reading does not differ from itself.
#include "rig/books/audit_difference.h"
#include "rig/books/audit_file.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {

void books(ByteView bytes) {
  const Bytes own = exact(bytes);
  const brewproof::books::AuditFile file = brewproof::books::read_audit_file(as_text(own));
  for (const auto& remark : file.all_remarks())
    if (remark.at.offset > own.size()) wrong("a remark is about a place behind the file");
  for (const auto& audit : file.audits) {
    using State = brewproof::books::RecordCheck::State;
    if (audit.sound() && audit.check.state != State::matches && audit.check.state != State::swapped)
      wrong("a reading is called sound without its check");
    const auto same = brewproof::books::audit_difference(audit, audit);
    if (!same.moved.empty() || !same.since_reset.empty()) wrong("a reading differs from itself");
  }
  if (file.audits.size() > 1)
    keep(brewproof::books::audit_difference(file.audits.front(), file.audits.back()).moved.size());
}

}  // namespace brewproof::fuzz
