package io.rdsboot.diagnostics.activity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.rdsboot.diagnostics.check.Row;

/**
 * A session with those that wait for it, directly or not. A session that waits for
 * several is below the first of them that is met. Immutable.
 */
final class LockTree {

	private final Row root;

	private final List<LockTree> waiting;

	private LockTree(Row root, List<LockTree> waiting) {
		this.root = root;
		this.waiting = waiting;
	}

	/**
	 * Return the trees of sessions, each with its {@code pid} and the {@code blockers}
	 * that it waits for.
	 */
	static List<LockTree> of(List<Row> sessions) {
		Map<Long, Row> rows = new HashMap<>();
		Map<Long, Set<Long>> waiters = new HashMap<>();
		sessions.forEach((row) -> {
			rows.put(row.number("pid"), row);
			blockers(row).forEach(
					(blocker) -> waiters.computeIfAbsent(blocker, (each) -> new TreeSet<>()).add(row.number("pid")));
		});
		Set<Long> placed = new HashSet<>();
		List<LockTree> trees = new ArrayList<>();
		// A deadlock has no root until the server breaks it: anyone serves as one then.
		Stream<Row> roots = sessions.stream().filter((row) -> blockers(row).findAny().isEmpty());
		Stream.concat(roots, sessions.stream()).forEach((row) -> {
			if (placed.add(row.number("pid"))) {
				trees.add(tree(row, rows, waiters, placed));
			}
		});
		return trees;
	}

	private static Stream<Long> blockers(Row row) {
		return Arrays.stream(row.text("blockers").split(",")).filter((pid) -> !pid.isEmpty()).map(Long::valueOf);
	}

	private static LockTree tree(Row root, Map<Long, Row> rows, Map<Long, Set<Long>> waiters, Set<Long> placed) {
		List<LockTree> waiting = new ArrayList<>();
		for (long pid : waiters.getOrDefault(root.number("pid"), Set.of())) {
			Row row = rows.get(pid);
			if (row != null && placed.add(pid)) {
				waiting.add(tree(row, rows, waiters, placed));
			}
		}
		return new LockTree(root, waiting);
	}

	/**
	 * Return the session that all others wait for.
	 */
	Row root() {
		return this.root;
	}

	/**
	 * Return how many sessions wait.
	 */
	int waiters() {
		return this.waiting.stream().mapToInt((tree) -> 1 + tree.waiters()).sum();
	}

	/**
	 * Return how long one of the sessions has waited at most, in seconds.
	 */
	double longestWait() {
		return this.waiting.stream()
			.mapToDouble((tree) -> Math.max(tree.root.fraction("waitingSeconds"), tree.longestWait()))
			.max()
			.orElse(0);
	}

	/**
	 * Return the session, and who waits for it as {@code waiters}.
	 */
	Row toRow() {
		return this.root.with("waiters", this.waiting.stream().map((tree) -> tree.toRow().values()).toList());
	}

}
