// /run/brewproof/network.json: whose network stands on this station, and the commands that undo it.
// Only root can write it. Its lock is the holder's; a record without one is what a killed holder
// left.
#pragma once

#include <string>
#include <vector>

#include "rig/model/result.h"
#include "rig/network/artefacts.h"
#include "rig/process/descriptor.h"

namespace brewproof {

struct NetworkRecord {
  std::string bench;  // path of the bench file
  int pid = 0;        // the holder
  std::vector<Command> undo;
};

/// The record's file; empty Descriptor where there is none. Error `host`: it cannot be opened or is
/// not the owner's own.
[[nodiscard]] Result<Descriptor> open_record(bool make);
/// True once this process has the lock. `wait`: until whoever has it lets go.
[[nodiscard]] bool lock_record(const Descriptor& file, bool wait);
/// False where somebody removed it meanwhile.
[[nodiscard]] bool record_is_there(const Descriptor& file);

/// Error `host`: it is no such record.
[[nodiscard]] Result<NetworkRecord> read_record(const Descriptor& file);
[[nodiscard]] Result<void> write_record(const Descriptor& file, const NetworkRecord& record);
void remove_record();

}  // namespace brewproof
