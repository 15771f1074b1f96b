// What a capture of the payment bus (link type 300) tells: each of its packets as the bus had it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "drivers/mdb/conversation.h"
#include "rig/capture/capture_file.h"

namespace brewproof {

inline std::vector<mdb::PaymentEvent> followed_payments(const std::string& path) {
  std::vector<mdb::PaymentEvent> events;
  auto reader = CaptureFileReader::open(path);
  if (!reader) {
    ADD_FAILURE() << reader.error().message;
    return events;
  }
  mdb::Conversation conversation;
  for (auto packet = reader->next(); packet && *packet; packet = reader->next()) {
    EXPECT_EQ((*packet)->link_type, 300);
    const ByteView data = (*packet)->data;
    const bool machine = data[1] == 0xFF;
    for (const mdb::PaymentEvent& event :
         conversation.hear(machine ? mdb::From::master : mdb::From::peripheral,
                           data.subspan(machine ? 2 : 3), (*packet)->time_ns))
      events.push_back(event);
  }
  return events;
}

}  // namespace brewproof
