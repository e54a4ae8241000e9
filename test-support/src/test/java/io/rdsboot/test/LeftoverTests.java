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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clusters leave behind: nothing, however their JVM ends.
 */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class LeftoverTests {

	/** Not a temporary directory of JUnit's, which the servers' user could not enter. */
	private Path directory;

	private PostgresInstallation installation;

	@BeforeEach
	void directory() throws IOException {
		PostgresInstallation found = new PostgresInstallations().find("vector");
		Assumptions.assumeTrue(found != null, "no PostgreSQL with pgvector is installed");
		this.installation = found;
		this.directory = Files.createTempDirectory("rds-tests-");
		this.directory.toFile().setExecutable(true, false);
		System.setProperty(NativeRuntime.DIRECTORY_PROPERTY, this.directory.toString());
	}

	@AfterEach
	void restore() throws IOException {
		System.clearProperty(NativeRuntime.DIRECTORY_PROPERTY);
		if (this.directory != null) {
			ClusterDirectory.deleteRecursively(this.directory);
		}
	}

	@Test
	void jvmWhenKilledLeavesNoServersAndData() throws Exception {
		try (LocalRdsProcess other = LocalRdsProcess.start(this.directory)) {
			assertThat(LocalRdsProcess.serversIn(this.directory)).hasSize(2);
			other.kill();
		}
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> directories().isEmpty());
		assertThat(LocalRdsProcess.serversIn(this.directory)).isEmpty();
	}

	@Test
	void startWhenJvmWasKilledWithItsGuardRemovesItsServersAndData() throws Exception {
		try (LocalRdsProcess other = LocalRdsProcess.start(this.directory)) {
			other.killWithGuard();
		}
		assertThat(LocalRdsProcess.serversIn(this.directory)).as("servers outlive a killed JVM").hasSize(2);
		assertThat(directories()).hasSize(1);
		open().close();
		assertThat(LocalRdsProcess.serversIn(this.directory)).isEmpty();
		assertThat(directories()).isEmpty();
	}

	@Test
	void startWhenOtherJvmLivesLeavesItsCluster() throws Exception {
		try (LocalRdsProcess other = LocalRdsProcess.start(this.directory)) {
			List<Long> servers = LocalRdsProcess.serversIn(this.directory);
			open().close();
			assertThat(servers).hasSize(2);
			assertThat(LocalRdsProcess.serversIn(this.directory)).isEqualTo(servers);
			assertThat(directories()).hasSize(1);
			other.kill();
		}
		open().close();
	}

	@Test
	void jvmWhenTerminatedRemovesItsServersAndData() throws Exception {
		try (LocalRdsProcess other = LocalRdsProcess.start(this.directory)) {
			other.terminate();
		}
		assertThat(LocalRdsProcess.serversIn(this.directory)).isEmpty();
		assertThat(directories()).isEmpty();
	}

	@Test
	void closeWhenInstancesAreFrozenAndCrashedLeavesNothing() throws IOException {
		LocalRdsCluster cluster = LocalRdsCluster.builder().readers(2).start();
		Set<Path> memory = sharedMemory(LocalRdsProcess.serversIn(this.directory));
		cluster.crash(cluster.writer());
		cluster.freeze(cluster.readers().get(0));
		cluster.close();
		cluster.close();
		assertThat(LocalRdsProcess.serversIn(this.directory)).isEmpty();
		assertThat(directories()).isEmpty();
		assertThat(memory).allSatisfy((segment) -> assertThat(segment).doesNotExist());
	}

	private NativeRuntime open() {
		return NativeRuntime.open(this.installation, Login.generate("rdsadmin"), Map.of());
	}

	/** Templates are meant to stay. */
	private List<Path> directories() throws IOException {
		try (Stream<Path> children = Files.list(this.directory)) {
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
