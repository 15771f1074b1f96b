// What the captures leave in doubt, in words: where the decoder ended before they did, addresses
// that the machine used beside the ones that it was named by.
#include <fmt/core.h>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

std::string place_text(const Findings& findings, const PacketPlace& place) {
  return fmt::format("packet {} of {} (byte {})", place.frame, capture_name(findings, place.file),
                     place.offset);
}

std::string ending_text(const DecoderFault& fault) {
  if (fault.signal) return fmt::format("was ended by signal {}", *fault.signal);
  if (fault.exit_code) return fmt::format("ended with exit code {}", *fault.exit_code);
  if (fault.how == "stood_still") return "stood still and was ended";
  if (fault.how == "nonsense") return "told what is not its form";
  return "ended";
}

std::string packets_text(const OtherAddress& other) {
  return fmt::format("{} packet{}, {} bytes", count_text(other.packets),
                     other.packets == 1 ? "" : "s", count_text(other.bytes));
}

std::string other_text(const Findings& findings, const OtherAddress& other) {
  const std::string mac = inert(other.mac, 40), address = inert(other.address, 60);
  const std::string which =
      fmt::format("{}, the first of them {}, {}", packets_text(other),
                  place_text(findings, other.first), utc_text(other.first_ns));
  if (other.counted)
    return fmt::format(
        "Another network card, {0}, sent from the machine's address {1}, too, and what it sent is "
        "counted as the machine's: {2}. Name the machine by its own: --dut MAC.",
        mac, address, which);
  if (address.empty())
    return fmt::format(
        "What the network card {} sent below IP (ARP and the like) is not counted: {}. With --dut "
        "{} it is.",
        mac, which, mac);
  if (address == "*")
    return fmt::format(
        "The network card {} sends from so many addresses that it is a router's: whether the "
        "machine used another address cannot be told here ({}).",
        mac, which);
  return fmt::format(
      "The network card {}, which has the address that --dut names, sent from {}, too, and nothing "
      "of that is counted: {}. If the card is the machine's and no router's: --dut {}.",
      mac, address, which, mac);
}

}  // namespace

std::vector<std::string> capture_sentences(const Findings& findings) {
  std::vector<std::string> lines;
  if (const auto& fault = findings.analysis.fault) {
    std::string line = "The decoder " + ending_text(*fault);
    if (fault->at && fault->at->frame == 0)
      line += ", before the first packet of " + capture_name(findings, fault->at->file);
    else if (fault->at)
      line += " at " + place_text(findings, *fault->at);
    lines.push_back(line + ": what comes behind that was not read.");
  }
  for (const OtherAddress& other : findings.analysis.other_addresses)
    lines.push_back(other_text(findings, other));
  return lines;
}

}  // namespace brewproof
