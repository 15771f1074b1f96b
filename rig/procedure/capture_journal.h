// What the capture process reported, as journal lines.
#pragma once

#include "rig/capture/capture_process.h"
#include "rig/evidence/journal.h"

namespace brewproof {

/// Segments, clock pairs and damage.
[[nodiscard]] Result<void> journal_capture(Journal& journal, const CaptureReport& report);

}  // namespace brewproof
