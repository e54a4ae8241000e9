package io.rdsboot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a {@link LocalRdsCluster}. All test classes with the same settings
 * share one cluster, which starts with the first of them and is closed at the end of the
 * test plan, or after the application contexts that use it, which Spring's test framework
 * keeps to the end of the JVM: a test leaves the cluster as it found it, and one that
 * cannot starts a cluster of its own by {@link LocalRdsCluster#builder()}.
 * <p>
 * The cluster is given to parameters of constructors, tests and life cycle methods, and
 * to fields without a value. In a Spring test it is also a bean, and the application
 * context has the connection details that are made from it, so that the application
 * connects to the cluster without further configuration.
 *
 * <pre class="code">
 * &#064;LocalRds(readers = 2)
 * &#064;SpringBootTest
 * class OrderTests {
 *
 *     &#064;Test
 *     void readsGoOnWithoutWriter(LocalRdsCluster cluster) { ... }
 *
 * }
 * </pre>
 *
 * To run an application on a local cluster, declare a {@link LocalRdsCluster} as a bean
 * instead: {@link io.rdsboot.test.spring.LocalRdsAutoConfiguration} makes connection
 * details from it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(LocalRdsExtension.class)
public @interface LocalRds {

	/**
	 * Number of readers.
	 * @return zero to eight
	 */
	int readers() default 1;

	/**
	 * Name of the application's database.
	 * @return the database
	 */
	String database() default "app";

	/**
	 * Name of the application's role.
	 * @return the role
	 */
	String username() default "app";

	/**
	 * How long readers hold back what the writer has committed, about as on RDS by
	 * default: a test that expects on a reader what it has just written waits for it, as
	 * by {@link LocalRdsCluster#awaitReplication}.
	 * @return a number with {@code ms}, {@code s} or {@code m}, or {@code 0} for no lag
	 * @see LocalRdsClusterBuilder#replicationLag
	 */
	String replicationLag() default "20ms";

	/**
	 * Parameters of the servers, each as {@code name=value}.
	 * @return the parameters
	 */
	String[] parameters() default {};

	/**
	 * Extensions that exist in the application's database from the start.
	 * @return names of extensions
	 */
	String[] extensions() default {};

	/**
	 * Extensions that the application's role may create.
	 * @return names of extensions
	 */
	String[] creatableExtensions() default "vector";

	/**
	 * Whether addresses with TLS stand in front of the servers.
	 * @return whether they do
	 * @see LocalRdsClusterBuilder#tls()
	 */
	boolean tls() default false;

	/**
	 * Whether the application's role logs in by IAM token only.
	 * @return whether it does
	 * @see LocalRdsClusterBuilder#iam()
	 */
	boolean iam() default false;

	/**
	 * Whether the login of the application's role is kept in a secret, which is rotated
	 * for a single user.
	 * @return whether it is
	 * @see LocalRdsClusterBuilder#secretsManager()
	 */
	boolean secretsManager() default false;

}
