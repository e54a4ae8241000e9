package io.rdsboot.autoconfigure.vector.text;

import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.vector.text.TextRepository;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for a {@link TextRepository} over each vector repository that asks
 * for one.
 */
@AutoConfiguration(after = RdsVectorAutoConfiguration.class)
@ConditionalOnBean(RdsVectorProperties.class)
@Import(TextRepositoryRegistrar.class)
public final class RdsVectorTextAutoConfiguration {

}
