package io.rdsboot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.rdsboot.test.server.NativeRuntime;
import org.awaitility.Awaitility;

/**
 * A JVM of its own that runs a cluster of one writer and one frozen reader.
 */
final class LocalRdsProcess implements AutoCloseable {

	private final Process process;

	private LocalRdsProcess(Process process) {
		this.process = process;
	}

	/**
	 * Starts the JVM and waits until its cluster runs.
	 * @param directory where the cluster keeps its data
	 * @return the running process
	 */
	static LocalRdsProcess start(Path directory) throws IOException {
		Path log = directory.resolve("jvm.log");
		Path up = directory.resolve("up");
		Files.deleteIfExists(up);
		LocalRdsProcess started = new LocalRdsProcess(
				new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"),
						"-D" + NativeRuntime.DIRECTORY_PROPERTY + "=" + directory, Main.class.getName(), up.toString())
					.redirectErrorStream(true)
					.redirectOutput(log.toFile())
					.start());
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(up) || !started.process.isAlive());
		if (!started.process.isAlive()) {
			throw new AssertionError(Files.readString(log));
		}
		return started;
	}

	/**
	 * Kills the JVM so that none of its code runs any more.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
	}

	/**
	 * Kills the JVM, and before it the process that ends its servers: as when all
	 * processes of a machine or container are killed.
	 */
	void killWithGuard() throws InterruptedException {
		this.process.children().forEach(ProcessHandle::destroyForcibly);
		kill();
	}

	/**
	 * Asks the JVM to end, which runs its shutdown hooks.
	 */
	void terminate() throws InterruptedException {
		this.process.destroy();
		if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
			throw new AssertionError("The JVM has not ended within 30 s");
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	/**
	 * Processes of the operating system whose command names a directory.
	 * @param directory the directory
	 * @return their ids
	 */
	static List<Long> serversIn(Path directory) {
		List<ProcessHandle> processes = ProcessHandle.allProcesses()
			.filter((process) -> process.info().arguments().map(List::of).orElse(List.of()).contains("-D"))
			.filter((process) -> process.info().commandLine().orElse("").contains(directory.toString()))
			.toList();
		// A server's child has its parent's arguments until it takes a title of its own.
		return processes.stream()
			.filter((process) -> process.parent().filter(processes::contains).isEmpty())
			.map(ProcessHandle::pid)
			.toList();
	}

	/**
	 * Main class of the JVM.
	 */
	static final class Main {

		private Main() {
		}

		public static void main(String[] args) throws IOException, InterruptedException {
			LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).start();
			cluster.freeze(cluster.readers().get(0));
			Files.createFile(Path.of(args[0]));
			Thread.currentThread().join();
		}

	}

}
