package io.rdsboot.service;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.rdsboot.test.LocalRds;

import org.springframework.boot.test.context.SpringBootTest;

/**
 * Gives a test class a service with JPA and what stands beside it, which all such classes
 * share.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@LocalRds(readers = 2)
@SpringBootTest(classes = PersistenceApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "rds.topology.poll-interval=100ms", "rds.pool.maximum-pool-size=4",
				"spring.main.banner-mode=off" })
@interface PersistenceTest {

}
