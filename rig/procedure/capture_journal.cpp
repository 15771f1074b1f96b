#include "rig/procedure/capture_journal.h"

namespace brewproof {

Result<void> journal_capture(Journal& journal, const CaptureReport& report) {
  Result<void> written;
  for (const ClosedSegment& segment : report.segments)
    if (written)
      written = journal.append(
          "segment",
          {{"file", segment.file}, {"sha256", segment.sha256}, {"packets", segment.packets}},
          Journal::Sync::yes);
  for (const ClockPair& pair : report.clock)
    if (written)
      written = journal.append("clock",
                               {{"pair_raw_ns", pair.at.raw_ns}, {"pair_real_ns", pair.at.real_ns}},
                               Journal::Sync::no);
  for (const CaptureDamage& damage : report.damage)
    if (written)
      written = journal.append("damage",
                               {{"reason", damage.reason},
                                {"text", damage.text},
                                {"from_ns", damage.from_real_ns},
                                {"to_ns", damage.to_real_ns}},
                               Journal::Sync::yes);
  return written;
}

}  // namespace brewproof
