package io.rdsboot.test.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

import io.rdsboot.test.process.LocalRdsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link PostgresInstallations}, on directory trees whose programs answer as
 * PostgreSQL's.
 */
class PostgresInstallationsTests {

	@TempDir
	private Path root;

	@Test
	void findWhenPropertyNamesNoInstallationFailsNamingBoth() {
		assertThatExceptionOfType(LocalRdsException.class)
			.isThrownBy(() -> find(Map.of("rds.local.postgres-bin", "/nowhere/bin"), Map.of()))
			.withMessage(
					"The system property rds.local.postgres-bin is '/nowhere/bin', which is not the bin directory of a"
							+ " PostgreSQL server: there is no program 'postgres' in /nowhere/bin. Correct or remove it");
	}

	@Test
	void findWhenVariableNamesNoInstallationFailsNamingBoth() {
		assertThatExceptionOfType(LocalRdsException.class)
			.isThrownBy(() -> find(Map.of(), Map.of("RDS_LOCAL_POSTGRES_BIN", "/nowhere/bin")))
			.withMessageStartingWith(
					"The environment variable RDS_LOCAL_POSTGRES_BIN is '/nowhere/bin', which is not the bin directory");
	}

	@Test
	void findWhenPropertyNamesOldVersionFailsWithVersion() throws IOException {
		Path bin = install("old/bin", "9.6", true);
		assertThatExceptionOfType(LocalRdsException.class)
			.isThrownBy(() -> find(Map.of("rds.local.postgres-bin", bin.toString()), Map.of()))
			.withMessageContaining("holds PostgreSQL 9, and 13 or later is needed");
	}

	@Test
	void findWhenPropertyAndVariableNameInstallationsTakesProperty() throws IOException {
		Path first = install("first/bin", "14.1", false);
		Path second = install("second/bin", "15.1", false);
		PostgresInstallation found = find(Map.of("rds.local.postgres-bin", first.toString()),
				Map.of("RDS_LOCAL_POSTGRES_BIN", second.toString()));
		assertThat(found).isEqualTo(new PostgresInstallation(first, 14));
	}

	@Test
	void findWhenLayoutsHoldSeveralTakesNewestWithExtension() throws IOException {
		install("usr/lib/postgresql/15/bin", "15.20", true);
		install("usr/pgsql-16/bin", "16.3", true);
		Path homebrew = install("opt/homebrew/opt/postgresql@17/bin", "17.2", true);
		install("usr/local/opt/postgresql@18/bin", "18.1", false);
		assertThat(find(Map.of(), Map.of())).isEqualTo(new PostgresInstallation(homebrew, 17));
	}

	@Test
	void findWhenConfigIsOnPathTakesItsDirectory() throws IOException {
		Path bin = install("elsewhere/bin", "16.3", true);
		assertThat(find(Map.of(), Map.of("PATH", bin.toString()))).isEqualTo(new PostgresInstallation(bin, 16));
	}

	@Test
	void findWhenItFoundBeforeAsksNoProgram() throws IOException {
		Path bin = install("usr/lib/postgresql/15/bin", "15.20", true);
		PostgresInstallations installations = new PostgresInstallations((name) -> null, (name) -> null, this.root);
		PostgresInstallation found = installations.find("vector");
		script(bin.resolve("postgres"), "exit 1");
		assertThat(installations.find("vector")).isEqualTo(found).isNotNull();
		assertThat(installations.find("postgis")).isNull();
	}

	@Test
	void findWhenNothingIsInstalledIsNull() {
		assertThat(find(Map.of(), Map.of())).isNull();
	}

	@Test
	void findWhenVersionIsGivenTakesNoOtherAndLooksWhereItIsFetchedTo() throws IOException {
		Path packaged = install("usr/lib/postgresql/15/bin", "15.20", true);
		Path fetched = install("cache/rds-spring-boot/postgresql-17/usr/lib/postgresql/17/bin", "17.2", true);
		install("var/cache/rds-spring-boot/postgresql-18/usr/lib/postgresql/18/bin", "18.1", false);
		Map<String, String> environment = Map.of("XDG_CACHE_HOME", this.root.resolve("cache").toString());
		PostgresInstallations installations = new PostgresInstallations((name) -> null, environment::get, this.root);
		assertThat(installations.find("vector", 15)).contains(new PostgresInstallation(packaged, 15));
		assertThat(installations.find("vector", 17)).contains(new PostgresInstallation(fetched, 17));
		assertThat(installations.find("vector", 18)).isEmpty();
		assertThat(installations.find("vector")).isEqualTo(new PostgresInstallation(packaged, 15));
	}

	private PostgresInstallation find(Map<String, String> properties, Map<String, String> environment) {
		return new PostgresInstallations(properties::get, environment::get, this.root).find("vector");
	}

	private Path install(String directory, String version, boolean extension) throws IOException {
		Path bin = Files.createDirectories(this.root.resolve(directory));
		Path share = Files.createDirectories(bin.resolveSibling("share-" + version));
		Files.createDirectories(share.resolve("extension"));
		if (extension) {
			Files.createFile(share.resolve("extension/vector.control"));
		}
		for (String program : List.of("initdb", "pg_ctl", "pg_basebackup")) {
			script(bin.resolve(program), "exit 0");
		}
		script(bin.resolve("postgres"), "echo 'postgres (PostgreSQL) " + version + " (Test 1)'");
		script(bin.resolve("pg_config"), "[ \"$1\" = --bindir ] && echo '" + bin + "' || echo '" + share + "'");
		return bin;
	}

	private static void script(Path file, String line) throws IOException {
		Files.writeString(file, "#!/bin/sh\n" + line + "\n");
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

}
