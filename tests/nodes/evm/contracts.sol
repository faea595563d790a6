// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

contract Token {
    string public symbol;
    uint8 public decimals;
    uint256 public tax; // parts of a hundred that go to the maker
    address public maker;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    event Transfer(address indexed from, address indexed to, uint256 value);

    constructor(string memory name, uint8 places, uint256 part) {
        symbol = name;
        decimals = places;
        tax = part;
        maker = msg.sender;
        balanceOf[msg.sender] = 1_000_000;
        emit Transfer(address(0), msg.sender, 1_000_000);
    }

    function move(address from, address to, uint256 value) internal {
        balanceOf[from] -= value;
        uint256 kept = (value * tax) / 100;
        balanceOf[to] += value - kept;
        emit Transfer(from, to, value - kept);
        if (kept > 0) {
            balanceOf[maker] += kept;
            emit Transfer(from, maker, kept);
        }
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function approve(address who, uint256 value) external returns (bool) {
        allowance[msg.sender][who] = value;
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        move(from, to, value);
        return true;
    }

    function burn(uint256 value) external {
        balanceOf[msg.sender] -= value;
        emit Transfer(msg.sender, address(0), value);
    }
}

contract Child {
    constructor() payable {}
}

contract Till {
    constructor() payable {}

    function split(address payable one, address payable two) external payable {
        one.transfer(msg.value / 2);
        two.transfer(msg.value / 4);
    }

    function refuse() external payable {
        revert("no");
    }

    function tryRefused(address payable one) external payable {
        try this.refuse{value: msg.value / 2}() {} catch {}
        one.transfer(msg.value / 4);
    }

    function spawn() external payable returns (address) {
        return address(new Child{value: msg.value}());
    }

    function destroy(address payable heir) external {
        selfdestruct(heir);
    }
}

contract Logic {
    address public owner;

    function pay(address payable to) external payable {
        to.transfer(msg.value);
    }
}

contract LogicBeacon {
    address public implementation;

    constructor(address first) {
        implementation = first;
    }

    function set(address next) external {
        implementation = next;
    }
}

contract SlotProxy {
    constructor(bytes32 slot, address target) {
        assembly {
            sstore(slot, target)
        }
    }

    function change(bytes32 slot, address target) external {
        assembly {
            sstore(slot, target)
        }
    }
}

contract Copier {
    event Copied(address made);

    // EIP-1167's published creation code around the address
    function copy(address target) external returns (address made) {
        bytes memory code = abi.encodePacked(
            hex"3d602d80600a3d3981f3363d3d373d3d3d363d73",
            target,
            hex"5af43d82803e903d91602b57fd5bf3"
        );
        assembly {
            made := create(0, add(code, 32), mload(code))
        }
        emit Copied(made);
    }
}
