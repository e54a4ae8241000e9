package io.rdsboot.routing.sql;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SqlText}.
 */
class SqlTextTests {

	@ParameterizedTest
	@ValueSource(strings = { "select 1", "  SELECT * FROM notes WHERE text = ? ;  ", "(select 1) union (select 2)",
			"/* findByText */ select n1_0.id from note n1_0 where n1_0.id=?",
			"-- traced, insert\nselect 'insert into; delete' from t", "with recent as (select 1) select * from recent",
			"values (1), (2)", "table notes", "select last_update from t", "select s1_0.share, s1_0.lo_count from s1_0",
			"select E'it\\'s, nextval(''x'')'", "select 'it''s' || 'nextval(''x'')'",
			"select currval from t where lastval > $1", "select count(*) from t for",
			"select a from t /* for update */" })
	void queryWithoutEffectIsARead(String sql) {
		assertThat(SqlText.of(sql).isRead()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "insert into t values (1)", "UPDATE t SET a = 1", "call touch()", "set x = 1",
			"select * from t for update", "select * from t FOR NO KEY UPDATE skip locked",
			"select * from t for share nowait", "select * from t for key share", "select nextval('s')",
			"select pg_catalog.nextval ('s')", "select pg_advisory_xact_lock(1)", "select pg_try_advisory_lock(?)",
			"select set_config('a', 'b', false)", "select * into u from t",
			"with gone as (delete from t returning *) select * from gone", "select 1; delete from t",
			"select $$a$$, nextval('s')", "select $t$ -- $t$, nextval('s')", "select E'\\'', nextval('s'), ''",
			"explain analyze delete from t", "/* select */ lock table t", "select lo_create(0)",
			"select pg_notify('a', 'b')" })
	void anythingElseIsNone(String sql) {
		assertThat(SqlText.of(sql).isRead()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "select pg_advisory_xact_lock(1)", "SELECT PG_ADVISORY_LOCK (1)",
			"select pg_catalog.pg_try_advisory_xact_lock_shared($1)",
			"with a as (select pg_advisory_lock(1)) table a" })
	void advisoryLockIsSeen(String sql) {
		assertThat(SqlText.of(sql).takesAdvisoryLock()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "select 1", "", "select 'pg_advisory_lock(1)'", "select pg_advisory_unlock(1)",
			"select pg_advisory_lock from t", "/* pg_advisory_lock(1) */ select 1",
			"select * from pg_locks where locktype = 'advisory'" })
	void anythingElseIsNoAdvisoryLock(String sql) {
		assertThat(SqlText.of(sql).takesAdvisoryLock()).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "select pg_advisory_lock(1), true", "SELECT pg_try_advisory_lock(1), true",
			"select pg_advisory_xact_lock(1), false", "select pg_try_advisory_xact_lock(1), false",
			"select pg_advisory_unlock(1), false" })
	void lockOfASessionIsToldFromThatOfATransaction(String sql, boolean session) {
		assertThat(SqlText.of(sql).takesSessionLock()).isEqualTo(session);
	}

	@Test
	void textThatIsTooLongToBeKeptTellsTheSame() {
		String text = "x".repeat(100_000);
		assertThat(SqlText.of("select 'delete " + text + "'").isRead()).isTrue();
		assertThat(SqlText.of("select '" + text + "', nextval('s')").isRead()).isFalse();
		assertThat(SqlText.of("select '" + text + "', pg_advisory_lock(1)").takesSessionLock()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "from Note n where n.text = :text", "select n from Note n", "#{#entityName} where 1 = 1" })
	void queryOfAnotherLanguageMentionsNoEffect(String query) {
		assertThat(SqlText.mentionsEffect(query)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "update Note n set n.text = :text", "delete from Note", "insert into Note (id) values (1)" })
	void changeIsMentioned(String query) {
		assertThat(SqlText.mentionsEffect(query)).isTrue();
	}

}
