#include "rig/model/actuation.h"

namespace brewproof {

std::map<int, Answers> answers_of(const std::vector<Actuation>& actuations) {
  std::map<int, Answers> trials;
  for (const Actuation& row : actuations) {
    Answers& answers = trials[row.trial];
    if (row.level == "commanded") answers.commanded = true;
    if (row.level == "accepted") answers.accepted = true;
    // A read-back that contradicts ends the run: what is in the journal agreed. One part of an act
    // without any leaves the whole unreported.
    if (row.level == "reported" && row.state != no_read_back && !answers.reported)
      answers.reported = true;
    if (row.level == "reported" && row.state == no_read_back) answers.reported = false;
    if (row.level == "confirmed") answers.confirmed = row.state == "seen";
    if (row.level == "booked") answers.booked = row.state == "booked";
  }
  // "No" would mean that the device says otherwise: where it has no read-back it says nothing.
  for (auto& [trial, answers] : trials)
    if (answers.reported == false) answers.reported.reset();
  return trials;
}

}  // namespace brewproof
