package io.rdsboot.move.shadow;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StatementText}.
 */
class StatementTextTests {

	@ParameterizedTest
	@ValueSource(strings = { "SELECT 1", "(SELECT id FROM item)", "WITH a AS (SELECT 1) SELECT * FROM a", "TABLE item",
			"VALUES (1), (2)", "SELECT id, version, age, mode FROM item -- now()",
			"SELECT name FROM item WHERE name = 'for update of now()'", "SELECT \"now\" FROM item" })
	void readsAreAsked(String sql) {
		assertThat(new StatementText(sql).canBeAsked()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "INSERT INTO item VALUES (1)", "UPDATE item SET name = 'x'", "DELETE FROM item",
			"SELECT id FROM item FOR UPDATE", "SELECT id FROM item FOR NO KEY UPDATE", "SELECT id FROM item FOR SHARE",
			"SELECT id FROM item FOR KEY SHARE", "WITH gone AS (DELETE FROM item RETURNING id) SELECT * FROM gone",
			"SELECT 1; SELECT 2", "SELECT * INTO copy FROM item", "SELECT nextval('item_id_seq')",
			"SELECT pg_advisory_lock(1)", "CALL work()", "EXPLAIN SELECT 1", "SHOW search_path" })
	void whatMayWriteOrLockIsNotAsked(String sql) {
		assertThat(new StatementText(sql).canBeAsked()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT now()", "SELECT NOW ( )", "SELECT id FROM item WHERE created < CURRENT_DATE",
			"SELECT 'now'::timestamptz", "SELECT id FROM item WHERE day = date ' Today '",
			"SELECT age(birthday) FROM item", "SELECT pg_backend_pid()", "SELECT relname FROM pg_class",
			"SELECT ctid FROM item", "SELECT version()", "SELECT * FROM information_schema.tables",
			"SELECT id FROM item TABLESAMPLE system (1)", "SELECT current_setting('app.tenant')",
			"SELECT current_user" })
	void whatDependsOnTimeOrServerIsNotAsked(String sql) {
		assertThat(new StatementText(sql).canBeAsked()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "SELECT id FROM item | ''", "SELECT id FROM item ORDER BY id | id",
					"SELECT id FROM item i ORDER BY i.name DESC NULLS LAST, \"Id\" | name,Id",
					"SELECT id FROM item ORDER BY 12, 1 LIMIT 5 | 12,1",
					"SELECT id FROM item ORDER BY lower(name), id | null,id",
					"SELECT id FROM item ORDER BY -id OFFSET 3 | null",
					"SELECT id FROM item ORDER BY name COLLATE \"C\" | null",
					"SELECT id FROM item ORDER BY a, b + c | a,null",
					"SELECT rank() OVER (ORDER BY id) FROM (SELECT id FROM item ORDER BY name) i | ''" })
	void orderOfTheTopLevelIsRead(String sql, String order) {
		assertThat(new StatementText(sql).plan().order()).isEqualTo(order.isEmpty() ? List.of()
				: Arrays.stream(order.split(",")).map((each) -> each.equals("null") ? null : each).toList());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "SELECT id FROM item ORDER BY id LIMIT 5 | true | false | false",
					"SELECT id FROM item ORDER BY id OFFSET 5 | false | true | false",
					"SELECT id FROM item ORDER BY id FETCH FIRST 5 ROWS ONLY | true | false | false",
					"SELECT id FROM item LIMIT 5 | true | false | true",
					"SELECT id FROM (SELECT id FROM item LIMIT 5) i | false | false | true",
					"SELECT DISTINCT ON (name) id FROM item | false | false | true",
					"SELECT string_agg(name, ',') FROM item | false | false | true",
					"SELECT id FROM item ORDER BY embedding <-> ? LIMIT 5 | true | false | true",
					"SELECT id FROM item WHERE name = 'limit' | false | false | false" })
	void limitsAndChoicesOfTheServerAreSeen(String sql, boolean limited, boolean skipping, boolean indefinite) {
		StatementPlan plan = new StatementText(sql).plan();
		assertThat(plan.limited()).isEqualTo(limited);
		assertThat(plan.skipping()).isEqualTo(skipping);
		assertThat(plan.indefinite()).isEqualTo(indefinite);
	}

	@Test
	void functionsAreNamed() {
		assertThat(new StatementText("SELECT lower(name), shop.price (id) FROM item WHERE id IN (1)").functions())
			.contains("lower", "price")
			.doesNotContain("item");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"SELECT * FROM item WHERE name = 'secret' AND id=42 | SELECT * FROM item WHERE name = ? AND id=?",
			"SELECT e'it''s', $$body$$, 1.5e-3, -7, 0x1F, a1 /* key */ FROM t2 -- secret | SELECT ?, ?, ?-?, -?, ?, a1 FROM t2",
			"SELECT id FROM item WHERE id = $1 OR id = ? | SELECT id FROM item WHERE id = $? OR id = ?" })
	void literalsAndCommentsAreNotShown(String sql, String shown) {
		assertThat(StatementText.masked(sql)).isEqualTo(shown);
	}

}
