package io.rdsboot.diagnostics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.report.DiagnosticsReport;
import io.rdsboot.diagnostics.report.DiagnosticsSection;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * One diagnosis: asks all instances at the same time until the time limit, and judges
 * what was answered.
 */
final class DiagnosticsRun {

	private final List<Check> checks;

	/**
	 * Until when instances are asked; the rest of the time limit is for the report.
	 */
	private final Duration askingTime;

	private final long begun = System.nanoTime();

	private final List<InstanceDiagnosis> instances = new ArrayList<>();

	DiagnosticsRun(ClusterTopology topology, List<Check> checks, InstanceSessions sessions, Duration timeout) {
		this.checks = checks;
		this.askingTime = timeout.multipliedBy(9).dividedBy(10);
		Optional<InstanceState> anyone = topology.writer()
			.filter(InstanceState::reachable)
			.or(() -> topology.instances().stream().filter(InstanceState::reachable).findFirst())
			.or(() -> topology.instances().stream().findFirst());
		for (InstanceState state : topology.instances()) {
			boolean asksForAny = anyone.filter(state::equals).isPresent();
			this.instances.add(new InstanceDiagnosis(state.instance(), asksForAny, checks, sessions, this::remaining));
		}
	}

	private Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.begun);
	}

	private Duration remaining() {
		Duration remaining = this.askingTime.minus(elapsed());
		return remaining.isNegative() ? Duration.ZERO : remaining;
	}

	/**
	 * Run, and return within the time limit.
	 */
	DiagnosticsReport run(Executor executor) {
		CompletableFuture<?>[] tasks = this.instances.stream()
			.map((instance) -> CompletableFuture.runAsync(instance, executor))
			.toArray(CompletableFuture[]::new);
		await(CompletableFuture.allOf(tasks));
		Map<String, Findings> sections = new LinkedHashMap<>();
		for (Check check : this.checks) {
			Findings findings = sections.computeIfAbsent(check.section(), Findings::new);
			judge(check, findings);
		}
		List<DiagnosticsSection> told = sections.values().stream().map(Findings::toSection).toList();
		boolean complete = told.stream().allMatch((section) -> section.missing().isEmpty());
		FindingLevel level = told.stream()
			.map(DiagnosticsSection::level)
			.filter(Objects::nonNull)
			.max(FindingLevel::compareTo)
			.orElse(null);
		return new DiagnosticsReport(level, complete, elapsed(),
				this.instances.stream().map(InstanceDiagnosis::told).toList(), told);
	}

	private void await(CompletableFuture<?> tasks) {
		try {
			tasks.get(Math.max(1, remaining().toMillis()), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			// What is not answered is told as missing.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

	private void judge(Check check, Findings findings) {
		List<Answer> answers = new ArrayList<>();
		for (InstanceDiagnosis instance : this.instances) {
			Answer answer = instance.answer(check);
			String silence = (answer != null) ? null : instance.silence(check);
			if (answer != null) {
				answers.add(answer);
			}
			else if (silence != null) {
				findings.missing(check.name(), instance.told().name(), silence, null);
			}
		}
		if (!answers.isEmpty()) {
			findings.judge(check, answers);
		}
		else if (check.scope() == CheckScope.WRITER && this.instances.stream().noneMatch(InstanceDiagnosis::isWriter)) {
			findings.missing(check.name(), null, "Only the writer knows it, and no instance has answered as writer.",
					null);
		}
	}

}
