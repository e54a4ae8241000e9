package io.rdsboot.slice;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application whose parts are tested on their own.
 */
@SpringBootApplication
class SliceApplication {

}
