package io.rdsboot.slice;

import java.sql.SQLException;

import javax.sql.DataSource;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @DataJdbcTest} with a local cluster.
 */
@DataJdbcTest
@LocalRds(database = "slice")
class DataJdbcSliceTests {

	@Test
	void aggregateIsStoredInTheLocalCluster(@Autowired DataSource dataSource, @Autowired JdbcClient jdbc,
			@Autowired JdbcAggregateTemplate aggregates, LocalRdsCluster cluster) throws SQLException {
		assertThat(Server.url(dataSource)).contains(":" + cluster.writer().port() + "/");
		jdbc.sql("CREATE TABLE jdbc_note (id bigint PRIMARY KEY, text text)").update();
		Note note = new Note();
		note.setId(1L);
		note.setText("stored");
		aggregates.insert(note);
		assertThat(aggregates.findById(1L, Note.class)).extracting(Note::getText).isEqualTo("stored");
	}

}
