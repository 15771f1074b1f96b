// What a person is told who may not open a device: exactly what to type.

#include "rig/command/doctor/permission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

NodeFacts serial_port() {
  NodeFacts node;
  node.node = "/dev/ttyUSB0";
  node.group = "dialout";
  node.group_may = true;
  return node;
}

NodeFacts usb_board() {
  NodeFacts node;
  node.node = "/dev/bus/usb/001/004";
  node.group = "root";
  node.group_may = true;
  node.usb.vid = "16c0";
  node.usb.pid = "05df";
  return node;
}

UserFacts anna(std::set<std::string> now = {}, std::set<std::string> granted = {}) {
  return {"anna", std::move(now), std::move(granted)};
}

TEST(Permission, WhoMayOpenItNeedsNoMend) {
  NodeFacts open = serial_port();
  open.may_open = true;
  const Check check = permission_check("panel", open, anna());
  EXPECT_EQ(check.state, Check::State::good);
  EXPECT_EQ(check.detail, "anna may open /dev/ttyUSB0");
  EXPECT_EQ(check.mend, "");
}

TEST(Permission, ForASerialPortTheGroupOfItsNodeIsJoined) {
  const Check check = permission_check("panel", serial_port(), anna({"users"}, {"users"}));
  EXPECT_EQ(check.state, Check::State::bad);
  EXPECT_EQ(check.what, "permission for panel");
  EXPECT_EQ(check.detail, "user anna may not open /dev/ttyUSB0");
  EXPECT_EQ(check.mend, "sudo usermod -aG dialout anna\nthen log out and in again");
}

TEST(Permission, AGroupThatWasJoinedAfterTheLoginIsNotJoinedTwice) {
  const Check check =
      permission_check("panel", serial_port(), anna({"users"}, {"users", "dialout"}));
  EXPECT_EQ(check.mend, "log out and in again: anna joined the group dialout after this login");
}

TEST(Permission, ForAUsbBoardTheRuleAndTheGroupAreGivenToTheLetter) {
  const Check check = permission_check("panel", usb_board(), anna());
  EXPECT_EQ(check.mend,
            "echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"16c0\", ATTR{idProduct}==\"05df\", "
            "MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\"' | sudo tee -a "
            "/etc/udev/rules.d/70-brewproof.rules\n"
            "sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=usb\n"
            "sudo usermod -aG plugdev anna\n"
            "then log out and in again");
}

TEST(Permission, WhereTheRuleIsInPlaceOnlyTheGroupIsJoined) {
  NodeFacts ruled = usb_board();
  ruled.group = "plugdev";
  EXPECT_EQ(permission_check("panel", ruled, anna()).mend,
            "sudo usermod -aG plugdev anna\nthen log out and in again");
}

TEST(Permission, AMemberNeedsOnlyTheRule) {
  const Check check = permission_check("panel", usb_board(), anna({"plugdev"}));
  EXPECT_THAT(check.mend, ::testing::EndsWith("--subsystem-match=usb"));
}

TEST(Permission, TheFactsOfARealNodeAreAsked) {
  EXPECT_TRUE(ask_node("/dev/null").may_open);
  EXPECT_EQ(ask_node("/dev/null").group, "root");
  EXPECT_FALSE(ask_node("/dev/no-such-node").may_open);
  EXPECT_FALSE(ask_user().name.empty());
}

}  // namespace
}  // namespace brewproof
