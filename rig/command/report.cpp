// brewproof report: renders the findings of a run folder, or of one of analyze --out, again,
// without analysing anew.

#include <memory>

#include "results/findings_json.h"
#include "results/report.h"
#include "rig/command/analysis/analysis.h"
#include "rig/command/command.h"
#include "rig/command/verb.h"

namespace brewproof {
namespace {

struct ReportArguments {
  std::string run, format = "text";
  std::vector<std::string> key_logs;
};

Result<void> report(const ReportArguments& arguments, Invocation& invocation) {
  auto findings = findings_in(arguments.run);
  if (!findings) return pass_on(std::move(findings));
  if (arguments.format == "html") {
    auto analysis = analyse_again(arguments.run, &*findings, arguments.key_logs);
    if (!analysis) return pass_on(std::move(analysis));
    const std::string html = html_report(analysis->report);
    const std::string page = arguments.run + "/report.html";
    if (auto written = write_file_whole(page, html); !written) return written;
    invocation.say(page);
  } else {
    invocation.say(text_summary(*findings, {invocation.color(), invocation.width()}));
  }
  invocation.answer(nlohmann::json::parse(findings_json(*findings)));
  return {};
}

}  // namespace

void add_report(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "report", "render the findings of a run");
  auto arguments = std::make_shared<ReportArguments>();
  verb.text("run", arguments->run, "run folder, or a folder of analyze --out",
            Verb::Need::required);
  verb.one_of("--format", arguments->format, "text (to the terminal) or html (report.html)",
              {"text", "html"});
  verb.repeated("--keylog", arguments->key_logs,
                "secrets of TLS sessions that the analysis was given, for report.html");
  verb.action([arguments, &invocation] {
    if (auto done = report(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
