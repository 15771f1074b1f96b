#include "rig/proof/machine_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/model/terminal_flow.h"

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

std::vector<MachineChange> changes_in(const std::vector<KeptMessage>& messages) {
  return machine_words(messages).changes;
}

TEST(MachineChange, IsWhereAnotherVersionIsNamedFromThenOn) {
  const std::vector<KeptMessage> messages = {
      said(1, "header:user-agent", "kiosk/2.1.7"), said(2, "header:user-agent", "kiosk/2.1.7"),
      said(4, "header:user-agent", "kiosk/2.2.0"), said(3, "header:user-agent", "kiosk/2.1.7"),
      said(5, "header:user-agent", "kiosk/2.2.0")};
  EXPECT_THAT(changes_in(messages),
              ElementsAre(MachineChange{4, "header:user-agent", "kiosk/2.1.7", "kiosk/2.2.0"}));
}

TEST(MachineChange, IsSeenInFieldsThatAreCalledSo) {
  for (const char* path : {"body|json:/fw", "payload|json:/device/firmwareVersion", "query:sw_ver"})
    EXPECT_THAT(changes_in(std::vector<KeptMessage>{said(1, path, "1.0"), said(2, path, "1.1")}),
                ElementsAre(MachineChange{2, path, "1.0", "1.1"}))
        << path;
  for (const char* path : {"body|json:/version", "body|json:/temperature", "header:host"})
    EXPECT_THAT(changes_in(std::vector<KeptMessage>{said(1, path, "1.0"), said(2, path, "1.1")}),
                IsEmpty())
        << path;
}

TEST(MachineChange, IsNoneWhereItGoesBackAndForth) {
  EXPECT_THAT(changes_in(std::vector<KeptMessage>{said(1, "header:user-agent", "a/1.0"),
                                                  said(2, "header:user-agent", "b/2.0"),
                                                  said(3, "header:user-agent", "a/1.0")}),
              IsEmpty());
}

TEST(MachineChange, IsNoneBetweenTwoPeers) {
  EXPECT_THAT(
      changes_in(std::vector<KeptMessage>{said(1, "header:user-agent", "a/1.0", "x.example"),
                                          said(2, "header:user-agent", "b/2.0", "y.example")}),
      IsEmpty());
}

TEST(MachineChange, IsNoneOfTheServersWordNorOfAValueThatWasCut) {
  Message server = said(1, "body|json:/fw", "1.0");
  server.from_dut = false;
  Message cut = said(2, "body|json:/fw", "1.0");
  cut.fields[0].cut = true;
  EXPECT_THAT(changes_in(std::vector<KeptMessage>{server, cut, said(3, "body|json:/fw", "1.1")}),
              IsEmpty());
}

Message hello(std::int64_t time_ns, const std::string& ciphers, const std::string& extensions,
              const std::string& ja4) {
  Message message = said(time_ns, "ciphers", ciphers);
  message.protocol = "tls";
  message.fields.push_back({"extensions", extensions});
  message.fields.push_back({"ja4", ja4});
  return message;
}

TEST(MachineChange, IsSeenInTheFormOfItsHellos) {
  EXPECT_THAT(
      changes_in(std::vector<KeptMessage>{hello(1, "0x1301,0x1302", "0,10,43", "t13d0203_a"),
                                          hello(2, "0x1301,0x1302", "0,10,43", "t13d0203_a"),
                                          hello(3, "0x1301,0xc02f", "0,10,43", "t13d0203_b")}),
      ElementsAre(MachineChange{3, "TLS fingerprint", "t13d0203_a", "t13d0203_b"}));
}

// A hello that takes up an earlier session has other extensions, and some programs shuffle them and
// throw in values that mean nothing.
TEST(MachineChange, IsNoneWhereASessionIsTakenUpOrListsAreShuffled) {
  EXPECT_THAT(changes_in(std::vector<KeptMessage>{
                  hello(1, "0x1301,0x1302", "0,10,43,35", "t13d0204_a"),
                  hello(2, "0x1301,0x1302", "0,10,43,42,41", "t13d0205_b")}),
              IsEmpty());
  EXPECT_THAT(changes_in(std::vector<KeptMessage>{
                  hello(1, "0x2a2a,0x1301,0x1302", "6682,0,10,43", "t13d0203_a"),
                  hello(2, "0x1302,0x1301,0xfafa", "43,10,0,56026", "t13d0203_a")}),
              IsEmpty());
}

TEST(MachineChange, IsNoneOfThePaymentTerminals) {
  std::vector<KeptMessage> messages = {said(1, "header:user-agent", "pos/4.1"),
                                       said(2, "header:user-agent", "pos/4.2")};
  EXPECT_THAT(changes_in(messages), ::testing::SizeIs(1));
  for (KeptMessage& message : messages) message.flow = first_terminal_flow + 1;
  EXPECT_THAT(changes_in(messages), IsEmpty());
}

TEST(IdentityProbes, TellEachWayWithItsFirstWordAndHowOften) {
  EXPECT_THAT(machine_words(std::vector<KeptMessage>{said(1, "header:user-agent", "kiosk/2.1.7"),
                                                     said(2, "header:user-agent", "kiosk/2.2.0"),
                                                     hello(3, "0x1301", "0", "t13d0101_a"),
                                                     said(4, "body|json:/fw", "2.1.7")})
                  .probes,
              ElementsAre(IdentityProbe{"TLS fingerprint", "api.kiosk.example", "t13d0101_a", 1},
                          IdentityProbe{"body|json:/fw", "api.kiosk.example", "2.1.7", 1},
                          IdentityProbe{"user agent", "api.kiosk.example", "kiosk/2.1.7", 2}));
}

}  // namespace
}  // namespace brewproof
