"""How much each layer found that no other layer found."""

import base64
import gzip
import sqlite3

from chainlead.workflow.scan import scan

RAW = b"1Q2TWHE3GMdB6BZKafqwxXtWAWgFt5Jvm3"
OTHER = b"12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
THIRD = b"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def test_each_thing_is_counted_for_the_layer_that_alone_saw_it(case, tmp_path):
    folder = tmp_path / "exhibit"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"pay " + RAW + b" and " + base64.b64encode(b"or " + OTHER))
    noise = bytes(range(256)) * 3
    (folder / "b.gz").write_bytes(gzip.compress(noise + b" " + THIRD + b" " + RAW + b" " + noise))
    (found,) = scan(case, [folder]).exhibits
    assert found.only_found_by == {"application/octet-stream; from=base64": 1, "gzip": 1}


def test_what_raw_bytes_show_as_well_is_not_counted_for_a_database(case, tmp_path):
    path = tmp_path / "notes.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a TEXT, b TEXT)")
    connection.execute("INSERT INTO t VALUES (?, ?)", ("x: ", RAW.decode()))
    connection.execute("INSERT INTO t VALUES (?, ?)", ("glued", OTHER.decode()))
    connection.commit()
    connection.close()
    (found,) = scan(case, [path]).exhibits
    assert found.only_found_by == {"application/vnd.sqlite3": 1}
