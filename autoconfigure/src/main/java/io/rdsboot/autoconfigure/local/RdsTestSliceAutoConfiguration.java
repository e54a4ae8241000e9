package io.rdsboot.autoconfigure.local;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.RdsConnectionDetails;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that gives test slices with a database, such as
 * {@code @DataJpaTest} and {@code @JdbcTest}, the routing {@code DataSource} where the
 * test has a cluster, as {@code @LocalRds} provides. A slice without one never connects
 * to the cluster that the application is configured for.
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnBean(RdsConnectionDetails.class)
@Import(RdsDataSourceAutoConfiguration.class)
public final class RdsTestSliceAutoConfiguration {

}
