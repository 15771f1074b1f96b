#include "rig/decode/tls/secrets.h"

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

const std::string random_a(64, 'a'), master(96, '1'), secret32(64, '2'), secret48(96, '3');

TEST(TlsSecrets, LinesAreReadByTheirLabels) {
  TlsSecrets secrets;
  const auto added = secrets.add(
      "# a comment\n\nCLIENT_RANDOM " + random_a + " " + master + "\r\nSERVER_TRAFFIC_SECRET_0 " +
      random_a + " " + secret48 + "\nEXPORTER_SECRET " + random_a + " 00\n" +
      "CLIENT_EARLY_TRAFFIC_SECRET " + std::string(64, 'B') + " " + secret32);
  EXPECT_EQ(added.fault, "");
  EXPECT_EQ(added.sessions, 2u);
  EXPECT_EQ(secrets.sessions(), 2u);
  EXPECT_EQ(to_hex(secrets.find(hex(random_a), TlsLabel::master)), master);
  EXPECT_EQ(to_hex(secrets.find(hex(random_a), TlsLabel::server_application)), secret48);
  EXPECT_TRUE(secrets.find(hex(random_a), TlsLabel::client_early).empty());
  EXPECT_EQ(to_hex(secrets.find(Bytes(32, 0xbb), TlsLabel::client_early)), secret32);
  EXPECT_FALSE(secrets.knows(Bytes(32, 0xcc)));
  EXPECT_FALSE(secrets.knows(Bytes(31, 0xaa)));
}

std::string fault(std::string_view log) {
  TlsSecrets secrets;
  return secrets.add(log).fault;
}

TEST(TlsSecrets, AFaultNamesItsLineAndWhatIsWrong) {
  EXPECT_EQ(fault("CLIENT_RANDOM " + random_a + " " + master + "\nCLIENT_RANDOM " +
                  random_a.substr(2) + " " + master + "\n"),
            "2:15: CLIENT_RANDOM: the client random is no 64 hex digits but 62 characters");
  EXPECT_EQ(fault("\n# one\nCLIENT_RANDOM " + random_a + " " + secret32),
            "3:80: CLIENT_RANDOM: the secret is no 96 hex digits but 64 characters");
  EXPECT_EQ(fault("CLIENT_TRAFFIC_SECRET_0 " + random_a + " " + std::string(64, 'g')),
            "1:90: CLIENT_TRAFFIC_SECRET_0: the secret is no 64 or 96 hex digits but 64 "
            "characters");
  EXPECT_EQ(fault("CLIENT_RANDOM"),
            "1:15: CLIENT_RANDOM: the client random is no 64 hex digits but 0 characters");
  EXPECT_EQ(fault("-----BEGIN PRIVATE KEY-----"),
            "1:1: is no line of a key log: wants a label as CLIENT_RANDOM, a client random and "
            "a secret, as programs write them under SSLKEYLOGFILE");
}

TEST(TlsSecrets, AFaultNeverRepeatsASecret) {
  for (std::size_t cut = 0; cut < 96; ++cut)
    EXPECT_EQ(fault("CLIENT_RANDOM " + random_a + " " + std::string(cut, 'b')).find("bb"),
              std::string::npos)
        << cut;
}

TEST(TlsSecrets, WhatStandsAroundAFaultIsTakenIn) {
  TlsSecrets secrets;
  const auto added = secrets.add("CLIENT_RANDOM " + random_a + " " + master + "\nbroken\n" +
                                 "CLIENT_RANDOM " + std::string(64, 'b') + " " + master + "\n-\n");
  EXPECT_EQ(added.bad_lines, 2u);
  EXPECT_TRUE(added.fault.starts_with("2:1: "));
  EXPECT_EQ(secrets.sessions(), 2u);
}

// NSS names more of them with every version.
TEST(TlsSecrets, LabelsThatAreNotKnownArePassedOverAndCounted) {
  TlsSecrets secrets;
  const auto added = secrets.add("NEW_SECRET " + random_a + " 00\nRSA 0011 2233\nECH_SECRET x\n" +
                                 "OLD_SECRET\nCLIENT_RANDOM " + random_a + " " + master);
  EXPECT_EQ(added.unknown_labels, 2u);
  EXPECT_EQ(added.bad_lines, 0u);
  EXPECT_EQ(added.sessions, 1u);
}

TEST(TlsSecrets, SessionsAreCountedOnce) {
  TlsSecrets secrets;
  const std::string line = "SERVER_TRAFFIC_SECRET_0 " + random_a + " " + secret48 + "\n";
  EXPECT_EQ(secrets.add(line + line).sessions, 1u);
  EXPECT_EQ(secrets.add("CLIENT_TRAFFIC_SECRET_0 " + random_a + " " + secret48).sessions, 0u);
}

TEST(TlsSecrets, SessionsAreBounded) {
  TlsSecrets secrets;
  std::string log;
  for (std::size_t i = 0; i <= TlsSecrets::max_sessions; ++i) {
    char random[65];
    std::snprintf(random, sizeof random, "%064zx", i);
    log += std::string("CLIENT_RANDOM ") + random + " " + master + "\n";
  }
  const auto added = secrets.add(log);
  EXPECT_EQ(added.fault,
            "262145:1: more than 262144 sessions: give the log of these captures alone");
  EXPECT_EQ(secrets.sessions(), 262144u);
}

}  // namespace
}  // namespace brewproof::wire
