#include "rig/command/verb.h"

#include <CLI/CLI.hpp>
#include <charconv>

namespace brewproof {
namespace {

void finish(CLI::Option& option, Verb::Need need, bool has_default) {
  if (need == Verb::Need::required) option.required();
  if (has_default) option.capture_default_str();
}

}  // namespace

Verb::Verb(CLI::App& program, const std::string& name, const std::string& about)
    : app_(program.add_subcommand(name, about)) {}

void Verb::text(const std::string& name, std::string& into, const std::string& about, Need need) {
  finish(*app_->add_option(name, into, about), need, !into.empty());
}

void Verb::text_or(const std::string& name, std::string& into, const std::string& otherwise,
                   const std::string& about) {
  app_->add_option_function<std::vector<std::string>>(
          name,
          [&into, otherwise](const std::vector<std::string>& given) {
            into = given.empty() || given.front().empty() ? otherwise : given.front();
          },
          about)
      ->expected(0, 1);
}

void Verb::texts(const std::string& name, std::vector<std::string>& into, const std::string& about,
                 Need need) {
  finish(*app_->add_option(name, into, about), need, !into.empty());
}

void Verb::repeated(const std::string& name, std::vector<std::string>& into,
                    const std::string& about) {
  finish(*app_->add_option(name, into, about)->allow_extra_args(false), Need::optional, false);
}

void Verb::one_of(const std::string& name, std::string& into, const std::string& about,
                  const std::vector<std::string>& words) {
  CLI::Option* option = app_->add_option(name, into, about)->check(CLI::IsMember(words));
  finish(*option, Need::optional, true);
}

void Verb::number(const std::string& name, double& into, const std::string& about, double least,
                  double most) {
  CLI::Option* option = app_->add_option(name, into, about)->check(CLI::Range(least, most));
  finish(*option, Need::optional, true);
}

void Verb::count(const std::string& name, std::int64_t& into, const std::string& about,
                 std::int64_t least, std::int64_t most) {
  const CLI::Validator whole(
      [least, most](const std::string& text) -> std::string {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc{} && end == text.data() + text.size() && number >= least &&
            number <= most)
          return {};
        return "'" + text + "' is not a whole number from " + std::to_string(least) + " to " +
               std::to_string(most);
      },
      "");
  finish(*app_->add_option(name, into, about)->check(whole), Need::optional, into != 0);
}

void Verb::flag(const std::string& name, bool& into, const std::string& about) {
  app_->add_flag(name, into, about);
}

void Verb::excludes(const std::string& name, const std::string& other) {
  app_->get_option(name)->excludes(app_->get_option(other));
}

void Verb::needs(const std::string& name, const std::string& other) {
  app_->get_option(name)->needs(app_->get_option(other));
}

void Verb::hide(const std::string& name) { app_->get_option(name)->group(""); }

void Verb::seed(std::optional<std::uint64_t>& into) {
  // CLI11 would read -1 and 1e23 as the largest number there is: another seed than was asked for.
  const CLI::Validator exact(
      [](const std::string& text) -> std::string {
        const bool digits = !text.empty() && text.size() <= 16 &&
                            text.find_first_not_of("0123456789") == std::string::npos;
        if (digits && std::stoull(text) < std::uint64_t{1} << 53) return {};
        return "'" + text + "' is no seed: a whole number from 0 to 9007199254740991";
      },
      "");
  app_->add_option("--seed", into, "seed of the lots (default: drawn)")->check(exact);
}

void Verb::action(std::function<void()> act) { app_->callback(std::move(act)); }

}  // namespace brewproof
