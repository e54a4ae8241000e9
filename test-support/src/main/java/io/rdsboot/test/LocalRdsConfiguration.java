package io.rdsboot.test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Configuration that runs an application at development time on a local cluster of a
 * writer and two readers, which are 20 ms behind as on RDS:
 *
 * <pre class="code">
 * public class TestOrderApplication {
 *
 *     public static void main(String[] args) {
 *         SpringApplication.from(OrderApplication::main).with(LocalRdsConfiguration.class).run(args);
 *     }
 *
 * }
 * </pre>
 *
 * The cluster begins empty and ends with the application. For another one, such as one
 * with IAM, declare a bean of type {@link LocalRdsCluster} in a configuration of your own
 * instead.
 *
 * @see io.rdsboot.test.spring.LocalRdsAutoConfiguration
 */
@Configuration(proxyBeanMethods = false)
public class LocalRdsConfiguration {

	/**
	 * Start the cluster.
	 */
	@Bean
	LocalRdsCluster localRdsCluster() {
		return LocalRdsCluster.builder().readers(2).start();
	}

}
