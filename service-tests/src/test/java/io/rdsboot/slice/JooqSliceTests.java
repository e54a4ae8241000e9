package io.rdsboot.slice;

import java.sql.SQLException;

import javax.sql.DataSource;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jooq.test.autoconfigure.JooqTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @JooqTest} with a local cluster.
 */
@JooqTest(properties = { "rds.writer=db.example.org", "rds.database=app" })
@LocalRds(database = "slice")
class JooqSliceTests {

	@Test
	void queryIsAnsweredByTheLocalCluster(@Autowired DataSource dataSource, @Autowired DSLContext jooq,
			LocalRdsCluster cluster) throws SQLException {
		assertThat(Server.url(dataSource)).contains(":" + cluster.writer().port() + "/");
		assertThat(jooq.dialect().family()).isEqualTo(SQLDialect.POSTGRES);
		assertThat(jooq.selectOne().fetchOne()).isNotNull();
	}

}
