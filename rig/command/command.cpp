#include "rig/command/command.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "rig/model/canonical_json.h"

namespace brewproof {

bool Invocation::color() const {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(fileno(people())) == 1 && (no_color == nullptr || *no_color == '\0');
}

int Invocation::width() const {
  winsize size{};
  const bool known = ioctl(fileno(people()), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 100;
}

void Invocation::say(const std::string& text) const {
  std::fwrite(text.data(), 1, text.size(), people());
  if (text.empty() || text.back() != '\n') std::fputc('\n', people());
  std::fflush(people());
}

void Invocation::answer(const nlohmann::json& object) const {
  if (!json) return;
  fmt::print("{}\n", canonical_json(object));
  std::fflush(stdout);
}

void Invocation::refuse(const Error& error) {
  fmt::print(stderr, "brewproof: {}\n", error.message);
  exit = exit_code(error.code);
  answer({{"error", error.message}, {"exit", static_cast<int>(exit)}});
}

void add_seed(CLI::App& verb, std::optional<std::uint64_t>& seed) {
  // CLI11 would read -1 and 1e23 as the largest number there is: another seed than was asked for.
  const CLI::Validator exact(
      [](const std::string& text) -> std::string {
        const bool digits = !text.empty() && text.size() <= 16 &&
                            text.find_first_not_of("0123456789") == std::string::npos;
        if (digits && std::stoull(text) < std::uint64_t{1} << 53) return {};
        return "'" + text + "' is no seed: a whole number from 0 to 9007199254740991";
      },
      "");
  verb.add_option("--seed", seed, "seed of the lots (default: drawn)")->check(exact);
}

std::string usage_text(const CLI::App& app, const CLI::ParseError& error) {
  std::string verbs;
  for (const CLI::App* verb : app.get_subcommands({}))
    verbs += (verbs.empty() ? "" : ", ") + verb->get_name();
  const CLI::App* chosen = nullptr;
  for (const CLI::App* verb : app.get_subcommands()) chosen = verb;
  if (chosen != nullptr)
    return fmt::format("{}: {}: `brewproof {} --help` tells what there is", chosen->get_name(),
                       error.what(), chosen->get_name());
  const std::vector<std::string> words = app.remaining();
  if (words.empty()) return fmt::format("name a verb: {}", verbs);
  return fmt::format("there is no verb \"{}\"; there are: {}", words.front(), verbs);
}

}  // namespace brewproof
