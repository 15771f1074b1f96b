#include "rig/decode/packet/dut.h"

namespace brewproof::decode {

DutFilter::DutFilter(const std::vector<std::string>& texts) : everyone_(texts.empty()) {
  for (const std::string& text : texts)
    if (const auto address = parse_address(text)) addresses_.push_back(*address);
}

}  // namespace brewproof::decode
