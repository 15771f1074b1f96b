#include "rig/proof/machine_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Message said(std::int64_t time_ns, const std::string& path, const std::string& value,
             const std::string& peer = "api.kiosk.example") {
  Message message;
  message.time_ns = time_ns;
  message.from_dut = true;
  message.peer.name = peer;
  message.fields = {{path, value}};
  return message;
}

TEST(MachineChange, IsWhereAnotherVersionIsNamedFromThenOn) {
  const std::vector<KeptMessage> messages = {
      said(1, "header:user-agent", "kiosk/2.1.7"), said(2, "header:user-agent", "kiosk/2.1.7"),
      said(4, "header:user-agent", "kiosk/2.2.0"), said(3, "header:user-agent", "kiosk/2.1.7"),
      said(5, "header:user-agent", "kiosk/2.2.0")};
  EXPECT_THAT(machine_changes(messages),
              ElementsAre(MachineChange{4, "header:user-agent", "kiosk/2.1.7", "kiosk/2.2.0"}));
}

TEST(MachineChange, IsSeenInFieldsThatAreCalledSo) {
  for (const char* path : {"body|json:/fw", "payload|json:/device/firmwareVersion", "query:sw_ver"})
    EXPECT_THAT(
        machine_changes(std::vector<KeptMessage>{said(1, path, "1.0"), said(2, path, "1.1")}),
        ElementsAre(MachineChange{2, path, "1.0", "1.1"}))
        << path;
  for (const char* path : {"body|json:/version", "body|json:/temperature", "header:host"})
    EXPECT_THAT(
        machine_changes(std::vector<KeptMessage>{said(1, path, "1.0"), said(2, path, "1.1")}),
        IsEmpty())
        << path;
}

TEST(MachineChange, IsNoneWhereItGoesBackAndForth) {
  EXPECT_THAT(machine_changes(std::vector<KeptMessage>{said(1, "header:user-agent", "a/1.0"),
                                                       said(2, "header:user-agent", "b/2.0"),
                                                       said(3, "header:user-agent", "a/1.0")}),
              IsEmpty());
}

TEST(MachineChange, IsNoneBetweenTwoPeers) {
  EXPECT_THAT(
      machine_changes(std::vector<KeptMessage>{said(1, "header:user-agent", "a/1.0", "x.example"),
                                               said(2, "header:user-agent", "b/2.0", "y.example")}),
      IsEmpty());
}

TEST(MachineChange, IsNoneOfTheServersWordNorOfAValueThatWasCut) {
  Message server = said(1, "body|json:/fw", "1.0");
  server.from_dut = false;
  Message cut = said(2, "body|json:/fw", "1.0");
  cut.fields[0].cut = true;
  EXPECT_THAT(
      machine_changes(std::vector<KeptMessage>{server, cut, said(3, "body|json:/fw", "1.1")}),
      IsEmpty());
}

}  // namespace
}  // namespace brewproof
