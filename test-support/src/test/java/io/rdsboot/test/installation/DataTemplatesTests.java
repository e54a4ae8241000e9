package io.rdsboot.test.installation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.process.ServerAccount;
import io.rdsboot.test.server.NativeRuntime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link DataTemplates} and {@link SystemIdentifier}, on the data of an installed
 * PostgreSQL.
 */
class DataTemplatesTests {

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

	/** Holds a template that was made at {@link #NOW}, for tests that begin with one. */
	private static Path made;

	private static PostgresInstallation installation;

	/** Not a temporary directory of JUnit's, which the servers' user could not enter. */
	private Path directory;

	@BeforeAll
	static void make() throws IOException {
		PostgresInstallation found = new PostgresInstallations().find("vector");
		Assumptions.assumeTrue(found != null, "no PostgreSQL with pgvector is installed");
		installation = found;
		made = createDirectory();
		copy(made, home(made, "first"), NOW);
	}

	@AfterAll
	static void deleteMade() throws IOException {
		if (made != null) {
			ClusterDirectory.deleteRecursively(made);
		}
	}

	@BeforeEach
	void directory() throws IOException {
		this.directory = createDirectory();
	}

	@AfterEach
	void delete() throws IOException {
		ClusterDirectory.deleteRecursively(this.directory);
	}

	@Test
	void secondCopyIsOfTheTemplateThatTheFirstMade() throws IOException {
		Path first = home("first");
		Path second = home("second");
		Login login = copy(first, NOW);
		assertThat(copy(second, NOW)).isEqualTo(login);
		assertThat(SystemIdentifier.read(second.resolve("data")))
			.isEqualTo(SystemIdentifier.read(first.resolve("data")));
		assertThat(DataFiles.in(second.resolve("data"))).isEqualTo(DataFiles.in(first.resolve("data")));
		assertThat(Files.getOwner(second.resolve("data/PG_VERSION"))).isEqualTo(Files.getOwner(second));
		assertThat(children(first)).isEqualTo(List.of(first.resolve("data")));
	}

	@Test
	void templateForAnotherUserIsAnotherOne() throws IOException {
		useMade();
		Login login = copy(home("first"), NOW);
		Login other = templates(this.directory, NOW).copy(initdb(this.directory, "somebody"), home("second"));
		assertThat(other.username()).isEqualTo("somebody");
		assertThat(other.password()).isNotEqualTo(login.password());
	}

	@Test
	void templateThatHasLostFilesIsMadeAnew() throws IOException {
		useMade();
		Path first = home("first");
		Login login = copy(first, NOW);
		Files.delete(template().resolve("data/base/1/PG_VERSION"));
		Path second = home("second");
		assertThat(copy(second, NOW).password()).isNotEqualTo(login.password());
		assertThat(second.resolve("data/base/1/PG_VERSION")).exists();
		Files.delete(template().resolve("size"));
		copy(home("third"), NOW);
		assertThat(children(templateDirectory())).filteredOn(Files::isDirectory).hasSize(1);
	}

	@Test
	void templatesThatNobodyUsesAreRemovedWhenOneIsMade() throws IOException {
		useMade();
		copy(home("first"), NOW);
		Path used = template();
		Path old = Files.createDirectory(templateDirectory().resolve("old"));
		Files.setLastModifiedTime(old, FileTime.from(NOW));
		Instant later = NOW.plus(DataTemplates.UNUSED_LIMIT);
		copy(home("second"), later);
		Files.delete(used.resolve("size"));
		copy(home("third"), later);
		assertThat(old).exists();
		Files.delete(used.resolve("size"));
		copy(home("fourth"), later.plusSeconds(1));
		assertThat(old).doesNotExist();
		assertThat(used).exists();
	}

	@Test
	void templatesAreForNobodyElse() throws IOException {
		useMade();
		copy(home("first"), NOW);
		assertThat(Files.getPosixFilePermissions(templateDirectory()))
			.isEqualTo(PosixFilePermissions.fromString("rwx------"));
		Files.setPosixFilePermissions(templateDirectory(), PosixFilePermissions.fromString("rwxr-xr-x"));
		assertThatExceptionOfType(LocalRdsException.class).isThrownBy(() -> copy(home("second"), NOW))
			.withMessage("%s is not a directory that '%s' alone can read and change: remove it", templateDirectory(),
					System.getProperty("user.name"));
	}

	@Test
	void clustersHaveIdentifiersAndPasswordsOfTheirOwn() throws SQLException {
		try (LocalRdsCluster first = LocalRdsCluster.builder().readers(1).start();
				LocalRdsCluster second = LocalRdsCluster.builder().readers(0).start()) {
			String identifier = identifier(first, first.writer());
			assertThat(identifier(first, first.readers().get(0))).isEqualTo(identifier);
			assertThat(identifier(second, second.writer())).isNotEqualTo(identifier);
			assertThat(second.writer().adminPassword()).isNotEqualTo(first.writer().adminPassword());
		}
	}

	@Test
	void identifierOfDataWithOtherFilesIsNotChanged() throws IOException {
		useMade();
		Path home = home("first");
		copy(home, NOW);
		Path data = home.resolve("data");
		long identifier = SystemIdentifier.read(data);
		SystemIdentifier.write(data, 1234);
		assertThat(SystemIdentifier.read(data)).isEqualTo(1234);
		Path control = data.resolve("global/pg_control");
		byte[] content = Files.readAllBytes(control);
		content[0]++;
		Files.write(control, content);
		assertThatExceptionOfType(LocalRdsException.class).isThrownBy(() -> SystemIdentifier.write(data, identifier))
			.withMessageContaining("is of the cluster 1234, and 1235 was expected");
		content[0]--;
		content[20]++;
		Files.write(control, content);
		assertThatExceptionOfType(LocalRdsException.class).isThrownBy(() -> SystemIdentifier.write(data, identifier))
			.withMessage("%s has no checksum where PostgreSQL 13 and later have it", control);
	}

	@Test
	void passwordIsWrittenWhereverTheFormerOneWas() throws IOException {
		useMade();
		Path home = home("first");
		copy(home, NOW);
		Path roles = home.resolve("data/global/1260");
		List<String> former = verifiers(roles);
		SuperuserPassword.of(Login.generate("rdsadmin")).write(home.resolve("data"));
		assertThat(verifiers(roles)).hasSameSizeAs(former).doesNotContainAnyElementsOf(former);
		assertThat(Files.size(roles)).isEqualTo(Files.size(template().resolve("data/global/1260")));
	}

	@Test
	void passwordOfDataWithoutOneIsNotChanged() throws IOException {
		Path roles = Files.createDirectories(home("first").resolve("data/global")).resolve("1260");
		Files.writeString(roles, "nothing");
		SuperuserPassword password = SuperuserPassword.of(Login.generate("rdsadmin"));
		assertThatExceptionOfType(LocalRdsException.class)
			.isThrownBy(() -> password.write(this.directory.resolve("first/data")))
			.withMessage("%s has no SCRAM-SHA-256 verifier where PostgreSQL 13 and later have it", roles);
		assertThat(roles).hasContent("nothing");
	}

	private static List<String> verifiers(Path roles) throws IOException {
		return Pattern.compile("SCRAM-SHA-256\\$[!-~]{110,}")
			.matcher(Files.readString(roles, StandardCharsets.ISO_8859_1))
			.results()
			.map(MatchResult::group)
			.toList();
	}

	private static String identifier(LocalRdsCluster cluster, LocalRdsInstance instance) throws SQLException {
		try (Connection connection = cluster.adminConnection(instance);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT system_identifier FROM pg_control_system()")) {
			result.next();
			return result.getString(1);
		}
	}

	private static Path createDirectory() throws IOException {
		Path directory = Files.createTempDirectory(NativeRuntime.parentDirectory(), "rds-tests-");
		directory.toFile().setExecutable(true, false);
		return directory;
	}

	/** Begins with the template that was made for all tests. */
	private void useMade() throws IOException {
		DataFiles.copy(templateDirectory(made), templateDirectory());
	}

	private Login copy(Path home, Instant now) throws IOException {
		return copy(this.directory, home, now);
	}

	private static Login copy(Path directory, Path home, Instant now) throws IOException {
		return templates(directory, now).copy(initdb(directory, "rdsadmin"), home);
	}

	private static DataTemplates templates(Path directory, Instant now) {
		return new DataTemplates(directory, InstantSource.fixed(now));
	}

	private static Initdb initdb(Path directory, String username) {
		return new Initdb(installation, ServerAccount.forServersIn(directory), username);
	}

	private Path home(String name) throws IOException {
		return home(this.directory, name);
	}

	private static Path home(Path directory, String name) throws IOException {
		Path home = Files.createDirectory(directory.resolve(name));
		ServerAccount.forServersIn(directory).own(home);
		return home;
	}

	private Path templateDirectory() {
		return templateDirectory(this.directory);
	}

	private static Path templateDirectory(Path directory) {
		return directory.resolve("rds-local-templates-" + System.getProperty("user.name"));
	}

	private Path template() throws IOException {
		return children(templateDirectory()).stream()
			.filter((child) -> Files.exists(child.resolve("size")))
			.findFirst()
			.orElseThrow();
	}

	private static List<Path> children(Path directory) throws IOException {
		try (Stream<Path> children = Files.list(directory)) {
			return children.toList();
		}
	}

}
