package io.rdsboot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.rdsboot.test.installation.ClusterDirectory;
import io.rdsboot.test.installation.DataTemplates;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.installation.PostgresInstallation;
import io.rdsboot.test.installation.PostgresInstallations;
import io.rdsboot.test.server.NativeRuntime;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clusters leave behind: nothing, however their JVM ends.
 */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class LeftoverTests {

	/**
	 * Of all tests, because templates stay. Not a temporary directory of JUnit's, which
	 * the servers' user could not enter.
	 */
	private static Path directory;

	private static PostgresInstallation installation;

	private static String formerDirectory;

	@BeforeAll
	static void createDirectory() throws IOException {
		PostgresInstallation found = new PostgresInstallations().find("vector");
		Assumptions.assumeTrue(found != null, "no PostgreSQL with pgvector is installed");
		installation = found;
		directory = Files.createTempDirectory(NativeRuntime.parentDirectory(), "rds-tests-");
		directory.toFile().setExecutable(true, false);
		formerDirectory = System.getProperty(NativeRuntime.DIRECTORY_PROPERTY);
		System.setProperty(NativeRuntime.DIRECTORY_PROPERTY, directory.toString());
	}

	@AfterAll
	static void deleteDirectory() throws IOException {
		if (directory != null) {
			restoreDirectoryProperty();
			ClusterDirectory.deleteRecursively(directory);
		}
	}

	/**
	 * The clusters of the tests that come next are to be where those before were.
	 */
	private static void restoreDirectoryProperty() {
		if (formerDirectory != null) {
			System.setProperty(NativeRuntime.DIRECTORY_PROPERTY, formerDirectory);
		}
		else {
			System.clearProperty(NativeRuntime.DIRECTORY_PROPERTY);
		}
	}

	@AfterEach
	void deleteWhatIsLeft() throws IOException {
		for (Path left : directories()) {
			ClusterDirectory.deleteRecursively(left);
		}
	}

	@Test
	void jvmWhenKilledLeavesNoServersAndData() throws Exception {
		try (LocalRdsProcess other = LocalRdsProcess.start(directory)) {
			assertThat(LocalRdsProcess.serversIn(directory)).hasSize(2);
			other.kill();
		}
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> directories().isEmpty());
		assertThat(LocalRdsProcess.serversIn(directory)).isEmpty();
	}

	@Test
	void startWhenJvmWasKilledWithItsGuardRemovesItsServersAndData() throws Exception {
		try (LocalRdsProcess other = LocalRdsProcess.start(directory)) {
			other.killWithGuard();
		}
		assertThat(LocalRdsProcess.serversIn(directory)).as("servers outlive a killed JVM").hasSize(2);
		assertThat(directories()).hasSize(1);
		open().close();
		assertThat(LocalRdsProcess.serversIn(directory)).isEmpty();
		assertThat(directories()).isEmpty();
	}

	@Test
	void startWhenOtherJvmLivesLeavesItsCluster() throws Exception {
		try (LocalRdsProcess other = LocalRdsProcess.start(directory)) {
			List<Long> servers = LocalRdsProcess.serversIn(directory);
			open().close();
			assertThat(servers).hasSize(2);
			assertThat(LocalRdsProcess.serversIn(directory)).isEqualTo(servers);
			assertThat(directories()).hasSize(1);
			other.kill();
		}
		open().close();
	}

	@Test
	void jvmWhenTerminatedRemovesItsServersAndData() throws Exception {
		try (LocalRdsProcess other = LocalRdsProcess.start(directory)) {
			other.terminate();
		}
		assertThat(LocalRdsProcess.serversIn(directory)).isEmpty();
		assertThat(directories()).isEmpty();
	}

	@Test
	void closeWhenInstancesAreFrozenAndCrashedLeavesNothing() throws IOException {
		LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start();
		Set<Path> memory = sharedMemory(LocalRdsProcess.serversIn(directory));
		cluster.crash(cluster.writer());
		cluster.freeze(cluster.readers().get(0));
		cluster.close();
		cluster.close();
		assertThat(LocalRdsProcess.serversIn(directory)).isEmpty();
		assertThat(directories()).isEmpty();
		assertThat(memory).allSatisfy((segment) -> assertThat(segment).doesNotExist());
	}

	private static NativeRuntime open() {
		return NativeRuntime.open(installation, Login.generate("rdsadmin"), Map.of());
	}

	/** Templates are meant to stay. */
	private static List<Path> directories() throws IOException {
		try (Stream<Path> children = Files.list(directory)) {
			return children.filter(Files::isDirectory)
				.filter((child) -> !child.getFileName().toString().startsWith(DataTemplates.PREFIX))
				.toList();
		}
	}

	private static Set<Path> sharedMemory(List<Long> processes) throws IOException {
		Set<Path> segments = new HashSet<>();
		for (Long process : processes) {
			Path maps = Path.of("/proc/" + process + "/maps");
			if (Files.exists(maps)) {
				Files.readAllLines(maps)
					.stream()
					.filter((line) -> line.contains("/dev/shm/"))
					.forEach((line) -> segments.add(Path.of(line.substring(line.indexOf("/dev/shm/")))));
			}
		}
		return segments;
	}

}
