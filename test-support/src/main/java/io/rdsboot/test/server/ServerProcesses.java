package io.rdsboot.test.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.rdsboot.test.process.Command;
import io.rdsboot.test.process.Deadline;
import io.rdsboot.test.process.Executables;
import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All operating system processes of the server on a data directory: the postmaster, its
 * workers and its sessions.
 */
final class ServerProcesses {

	private static final Logger logger = LoggerFactory.getLogger(ServerProcesses.class);

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final String SHARED_MEMORY = "/dev/shm/PostgreSQL.";

	private final Path data;

	ServerProcesses(Path data) {
		this.data = data;
	}

	boolean isRunning() {
		return postmaster().isPresent();
	}

	/**
	 * Stops all processes where they are. Their sockets stay open, and nothing answers.
	 */
	void freeze() {
		// The postmaster first: it makes no more children while the others are stopped.
		postmaster().ifPresent((postmaster) -> {
			signal("STOP", List.of(postmaster));
			signal("STOP", children(postmaster));
		});
	}

	void thaw() {
		postmaster().ifPresent((postmaster) -> signal("CONT", all(postmaster)));
	}

	/**
	 * Kills all processes, and frees the shared memory that they cannot free any more.
	 */
	void kill() {
		ProcessHandle postmaster = postmaster().orElse(null);
		if (postmaster == null) {
			return;
		}
		signal("STOP", List.of(postmaster));
		List<ProcessHandle> processes = all(postmaster);
		Set<Path> segments = sharedMemory(processes);
		String systemVSegment = systemVSegment();
		processes.forEach(ProcessHandle::destroyForcibly);
		awaitEnd(processes);
		free(segments, systemVSegment);
	}

	/**
	 * Ends all processes without writing anything back: for data that nobody wants.
	 */
	void stopImmediately() {
		ProcessHandle postmaster = postmaster().orElse(null);
		if (postmaster == null) {
			return;
		}
		List<ProcessHandle> processes = all(postmaster);
		signal("QUIT", List.of(postmaster));
		signal("CONT", processes);
		if (!Deadline.after(LIMIT).await(() -> processes.stream().noneMatch(ServerProcesses::isAlive))) {
			kill();
		}
	}

	private void awaitEnd(List<ProcessHandle> processes) {
		if (!Deadline.after(LIMIT).await(() -> processes.stream().noneMatch(ServerProcesses::isAlive))) {
			throw new LocalRdsException("Processes of the server in %s were killed, and are still there after %s: %s"
				.formatted(this.data, LIMIT, processes.stream().filter(ServerProcesses::isAlive).toList()));
		}
	}

	private Path pidFile() {
		return this.data.resolve("postmaster.pid");
	}

	private Optional<ProcessHandle> postmaster() {
		String pid = pidFileLine(0);
		if (pid == null) {
			return Optional.empty();
		}
		// The file outlives a crash, and its process id may be somebody else's by then.
		return ProcessHandle.of(Long.parseLong(pid)).filter(ServerProcesses::isAlive).filter(this::isPostmaster);
	}

	private boolean isPostmaster(ProcessHandle process) {
		return process.info()
			.arguments()
			.map((arguments) -> Stream.of(arguments).anyMatch(this.data.toString()::equals))
			.orElse(false);
	}

	private @Nullable String pidFileLine(int number) {
		try {
			List<String> lines = Files.readAllLines(pidFile());
			return (lines.size() > number) ? lines.get(number).strip() : null;
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not read %s".formatted(pidFile()), ex);
		}
	}

	private static List<ProcessHandle> children(ProcessHandle postmaster) {
		return postmaster.descendants().toList();
	}

	private static List<ProcessHandle> all(ProcessHandle postmaster) {
		List<ProcessHandle> processes = new ArrayList<>(children(postmaster));
		processes.add(postmaster);
		return processes;
	}

	/**
	 * A process that ended is still listed until its parent asks, and not every
	 * container's first process does.
	 */
	private static boolean isAlive(ProcessHandle process) {
		if (!process.isAlive()) {
			return false;
		}
		try {
			return !Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat")).contains(") Z ");
		}
		catch (IOException ex) {
			return process.isAlive();
		}
	}

	private static void signal(String signal, List<ProcessHandle> processes) {
		if (processes.isEmpty()) {
			return;
		}
		// The shell's own kill: the program is in a package that a bare system lacks.
		List<String> words = new ArrayList<>(List.of("sh", "-c", "kill \"$@\"", "kill", "-" + signal));
		processes.forEach((process) -> words.add(Long.toString(process.pid())));
		try {
			Command.of(LIMIT, words.toArray(String[]::new)).run();
		}
		catch (LocalRdsException ex) {
			// The others have got the signal also when one of them had ended already.
			if (processes.stream().allMatch(ServerProcesses::isAlive)) {
				throw ex;
			}
		}
	}

	private static Set<Path> sharedMemory(List<ProcessHandle> processes) {
		Set<Path> segments = new TreeSet<>();
		for (ProcessHandle process : processes) {
			try (Stream<String> maps = Files.lines(Path.of("/proc", Long.toString(process.pid()), "maps"))) {
				maps.filter((line) -> line.contains(SHARED_MEMORY) && !line.endsWith("(deleted)"))
					.map((line) -> line.substring(line.indexOf(SHARED_MEMORY)))
					.forEach((segment) -> segments.add(Path.of(segment)));
			}
			catch (IOException | UncheckedIOException ex) {
				logger.trace("No memory map of process {}", process.pid(), ex);
			}
		}
		return segments;
	}

	private @Nullable String systemVSegment() {
		// Line 7 of postmaster.pid: key and id of the segment.
		String line = pidFileLine(6);
		return (line != null) ? line.substring(line.lastIndexOf(' ') + 1) : null;
	}

	private static void free(Set<Path> segments, @Nullable String systemVSegment) {
		try {
			for (Path segment : segments) {
				Files.deleteIfExists(segment);
			}
			if (systemVSegment != null && Executables.onPath("ipcrm") != null) {
				Command.of(LIMIT, "ipcrm", "-m", systemVSegment).run();
			}
		}
		catch (IOException | LocalRdsException ex) {
			logger.debug("Shared memory of a killed server stays until the next start of the machine", ex);
		}
	}

}
