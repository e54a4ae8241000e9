package io.rdsboot.diagnostics.check;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link QueryMask}.
 */
class QueryMaskTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			SELECT * FROM t1 WHERE name = 'Ann' AND n = 42      | SELECT * FROM t1 WHERE name = ? AND n = ?
			SELECT 'it''s', E'it\\'s', U&'d', B'01', X'1F'      | SELECT ?, ?, ?, ?, ?
			SELECT "a 1", "b""2", a$1 FROM "t 'x'"              | SELECT "a 1", "b""2", a$1 FROM "t 'x'"
			SELECT $1, $2::int, $tag$ body '1' $tag$, $$x$$     | SELECT $1, $2::int, ?, ?
			SELECT 1.5e-10, .5, 1_000, 0x1F, -3                 | SELECT ?, ?, ?, ?, -?
			SELECT 1 -- Ann                                     | SELECT ?
			SELECT /* Ann */ 2                                  | SELECT ?
			SELECT 'cut off                                     | SELECT ?
			SELECT 1 /* cut off                                 | SELECT ?
			SELECT $a$ cut off                                  | SELECT ?
			SELECT größe FROM maße WHERE größe > 5              | SELECT größe FROM maße WHERE größe > ?
			SELECT password FROM t WHERE password = 'x'         | SELECT password FROM t WHERE password = ?
			ALTER ROLE app PASSWORD 'x'                         | ALTER ROLE ...
			CREATE USER MAPPING FOR app OPTIONS (password 'x')  | CREATE USER ...
			CREATE SUBSCRIPTION s CONNECTION 'password=x'       | CREATE SUBSCRIPTION ...
			""")
	void literalsAndCommentsAreHidden(String query, String shown) {
		assertThat(new QueryMask(false).apply(query)).isEqualTo(shown);
	}

	@Test
	void literalsAreShownIfAskedForButNotPasswords() {
		QueryMask mask = new QueryMask(true);
		assertThat(mask.apply("SELECT 'Ann',\n\t1")).isEqualTo("SELECT 'Ann', 1");
		assertThat(mask.apply("alter role app password 'x'")).isEqualTo("alter role ...");
	}

	@Test
	void longTextsAreCut() {
		assertThat(new QueryMask(false).apply("SELECT " + "name, ".repeat(1_000))).hasSize(1_003).endsWith("...");
		assertThat(new QueryMask(false).apply("SELECT '" + "''a".repeat(100_000) + "'")).isEqualTo("SELECT ?");
	}

}
