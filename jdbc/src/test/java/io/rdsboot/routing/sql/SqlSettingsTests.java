package io.rdsboot.routing.sql;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SqlSettings}.
 */
class SqlSettingsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "SET search_path TO ta | search_path", "set SESSION Search_Path = 'ta', public; | search_path",
					"SET app.tenant = '' | app.tenant",
					"/* who /* asks */ */ SET \"app\".\"tenant\" TO DEFAULT -- me | app.tenant",
					"SET ROLE reporter | role", "SET SESSION ROLE reporter | role", "RESET ROLE | role",
					"SET SESSION AUTHORIZATION reporter | session_authorization",
					"RESET SESSION AUTHORIZATION | session_authorization", "SET TIME ZONE 'UTC' | timezone",
					"SET SCHEMA 'ta' | search_path", "SET NAMES 'UTF8' | client_encoding",
					"RESET statement_timeout | statement_timeout",
					"SELECT set_config('app.tenant', 'a, b)', false) | app.tenant",
					"SELECT pg_catalog.set_config('app.tenant', ?, 'off') AS tenant | app.tenant",
					"SELECT set_config('app.tenant'::text, lower('A'), false) | app.tenant" })
	void settingAloneIsRecognised(String sql, String name) {
		SqlSettings settings = SqlSettings.of(sql);
		assertThat(settings.names()).containsExactly(name);
		assertThat(settings.areAlone()).isTrue();
		assertThat(settings.areUnknown()).isFalse();
		assertThat(settings.areSilent()).isEqualTo(!sql.startsWith("SELECT"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT 1", "INSERT INTO t VALUES ('SET search_path TO ta; SET x = 1')",
			"UPDATE t SET search_path = 'ta'", "SET LOCAL search_path TO ta", "SET TRANSACTION READ ONLY",
			"SET CONSTRAINTS ALL DEFERRED", "SELECT set_config('hnsw.ef_search', ?, true)", "/* SET x = 1 */ SELECT 2",
			"-- RESET ALL\nSELECT 3", "SELECT $$; SET x = 1$$", "SELECT $a$; SET x = 1; $$ $a$",
			"SELECT settings FROM reset", "WITH s AS MATERIALIZED (SELECT set_config('a.b', ?, true)) SELECT * FROM s",
			"DISCARD PLANS", "" })
	void whatChangesNoSettingOfTheSessionIsNone(String sql) {
		SqlSettings settings = SqlSettings.of(sql);
		assertThat(settings.isEmpty()).isTrue();
		assertThat(settings.areAlone()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "RESET ALL", "DISCARD ALL", "SELECT set_config('app.' || ?, ?, false)" })
	void whatMayChangeAnythingIsUnknown(String sql) {
		assertThat(SqlSettings.of(sql).areUnknown()).isTrue();
		assertThat(SqlSettings.of(sql).areAlone()).isTrue();
	}

	@Test
	void settingBesideOtherWorkIsRecognisedAndNotAlone() {
		for (String sql : List.of("INSERT INTO t VALUES (E'\\''); SET app.tenant = 'x'",
				"SET app.tenant = 'x'; SELECT 1", "SELECT set_config('app.tenant', 'x', false), count(*) FROM t",
				"INSERT INTO t SELECT set_config('app.tenant', 'x', false)")) {
			SqlSettings settings = SqlSettings.of(sql);
			assertThat(settings.names()).as(sql).containsExactly("app.tenant");
			assertThat(settings.areAlone()).as(sql).isFalse();
		}
	}

	@Test
	void severalSettingsAreAlone() {
		SqlSettings settings = SqlSettings.of("SET app.tenant = 'x'; RESET role; ");
		assertThat(settings.names()).containsExactly("app.tenant", "role");
		assertThat(settings.areAlone()).isTrue();
	}

	@Test
	void nameMayBeAParameter() {
		SqlSettings settings = SqlSettings
			.of("SELECT set_config(?, ?, false), set_config('a', ?, false), set_config(?, '', false)");
		assertThat(settings.nameParameters()).containsExactly(1, 4);
		assertThat(settings.with(Set.of("b", "c")).names()).containsExactly("a", "b", "c");
		assertThat(settings.with(Set.of("b", "c")).areUnknown()).isFalse();
		assertThat(settings.with(Set.of("b")).areUnknown()).isTrue();
	}

}
